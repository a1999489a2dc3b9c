namespace VastPS;

/// <summary>How attention is computed.</summary>
public enum VastAttention
{
    /// <summary>FlashAttention or scaled dot product kernels: scores are never kept.</summary>
    Flash,

    /// <summary>Scores of every pair of tokens are kept: grows with the square of the sequence.</summary>
    Eager,
}
