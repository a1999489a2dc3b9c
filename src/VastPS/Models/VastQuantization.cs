namespace VastPS;

/// <summary>How frozen weights are stored.</summary>
public enum VastQuantization
{
    /// <summary>As Precision says.</summary>
    None,

    /// <summary>8 bits.</summary>
    Int8,

    /// <summary>4 bits in blocks of 64, with a constant of 32 bits each.</summary>
    NF4,

    /// <summary>4 bits with quantised constants (double quantisation).</summary>
    NF4Double,

    /// <summary>4 bits in groups of 128 with a scale and a zero point of 16 bits (GPTQ, AWQ).</summary>
    Int4,
}
