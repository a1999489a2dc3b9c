namespace VastPS;

/// <summary>The optimizer; it decides how many states each trained parameter carries.</summary>
public enum VastOptimizer
{
    /// <summary>Two states per parameter and, in the default implementation, a temporary of the size of the parameters.</summary>
    AdamW,

    /// <summary>AdamW in one kernel, without the temporary.</summary>
    AdamWFused,

    /// <summary>AdamW with states of 8 bits; embeddings keep 32.</summary>
    AdamW8bit,

    /// <summary>AdamW8bit whose states move to system RAM under pressure.</summary>
    PagedAdamW8bit,

    /// <summary>AdamW whose states of 32 bits move to system RAM under pressure.</summary>
    PagedAdamW,

    /// <summary>Factored second moments, no first.</summary>
    Adafactor,

    /// <summary>One state per parameter.</summary>
    Lion,

    /// <summary>No state.</summary>
    Sgd,

    /// <summary>One state per parameter.</summary>
    SgdMomentum,

    /// <summary>One state per parameter of the matrices, AdamW for embeddings and norms.</summary>
    Muon,

    /// <summary>AdamW on gradients projected to a quarter of the width.</summary>
    GaLore,

    /// <summary>Nothing is trained.</summary>
    None,
}
