namespace VastPS;

/// <summary>What is kept in system RAM instead of on the GPU.</summary>
public enum VastOffload
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Optimizer states, a copy of the weights of 32 bits and the gradients; the step runs on the CPU.</summary>
    Optimizer,
}
