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

    /// <summary>The GPUs perhaps: the contract holds them and the container loads, which some have seen charged.</summary>
    GpuInDoubt = 4,
}
