namespace VastPS;

/// <summary>How weights are loaded and computed with.</summary>
public enum VastPrecision
{
    /// <summary>Weights, gradients and optimizer states of 16 bits; fp16 counts the same.</summary>
    BF16,

    /// <summary>Weights of 32 bits, computed with in 16 bits by autocast.</summary>
    Mixed,

    /// <summary>Everything of 32 bits.</summary>
    FP32,
}
