namespace VastPS;

/// <summary>Which activations are computed again in the backward pass instead of kept.</summary>
public enum VastCheckpointing
{
    /// <summary>All are kept.</summary>
    None,

    /// <summary>About half are kept.</summary>
    Selective,

    /// <summary>Only the input of each layer is kept.</summary>
    Full,
}
