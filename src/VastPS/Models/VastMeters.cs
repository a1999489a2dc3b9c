namespace VastPS;

/// <summary>What is being charged.</summary>
[Flags]
public enum VastMeters
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The disk, in every state until the instance is removed.</summary>
    Disk = 1,

    /// <summary>The GPUs, while the contract holds them.</summary>
    Gpu = 2,

    /// <summary>The GPUs, perhaps: they are held, and it is not known whether they are charged before the container runs.</summary>
    MaybeGpu = 4,
}
