namespace VastPS;

/// <summary>How the loss treats the logits, often the largest single term of a large vocabulary.</summary>
public enum VastLoss
{
    /// <summary>Logits, their copy of 32 bits and their gradient exist at once: what a plain Hugging Face Trainer does.</summary>
    Materialized,

    /// <summary>A cross entropy kernel works in place on materialised logits.</summary>
    Fused,

    /// <summary>The head and the loss are computed in pieces (Liger, cut cross entropy, chunked loss).</summary>
    FusedLinear,

    /// <summary>No loss is computed.</summary>
    None,
}
