namespace VastPS;

/// <summary>What is kept in system RAM instead of on the GPU; several can be combined.</summary>
[Flags]
public enum VastOffload
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Optimizer states, a copy of the weights of 32 bits and the gradients; the step runs on the CPU.</summary>
    Optimizer = 1,

    /// <summary>The weights too: each layer is brought to the GPU when it is computed.</summary>
    Parameters = 2,

    /// <summary>The kept inputs of the layers, in pinned memory.</summary>
    Activations = 4,
}
