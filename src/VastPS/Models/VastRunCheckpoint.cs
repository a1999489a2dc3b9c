namespace VastPS;

/// <summary>One checkpoint of a run on its box: a file, or the files of a folder.</summary>
public sealed class VastRunCheckpoint
{
    internal VastRunCheckpoint()
    {
    }

    /// <summary>The run it is of.</summary>
    public string RunId { get; internal init; } = "";

    /// <summary>The instance that has it.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The file or folder on the box; Receive-VastItem takes it as it is.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>Whether it can be trusted.</summary>
    public VastCheckpointState State { get; internal init; }

    /// <summary>What is missing or changes; empty where it is complete.</summary>
    public string Why { get; internal init; } = "";

    /// <summary>Files it is made of.</summary>
    public int FileCount { get; internal init; }

    /// <summary>Size of these files in GB.</summary>
    public double SizeGB { get; internal init; }

    /// <summary>When the last of them was written, by the box's clock.</summary>
    public DateTimeOffset SavedAt { get; internal init; }

    /// <summary>How long ago that was.</summary>
    public TimeSpan Age { get; internal init; }

    /// <summary>From the birth of its first file to the last write; null where the box's disk does not keep births.</summary>
    public TimeSpan? SaveTime { get; internal init; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Path}: {State}, {SizeGB:0.###} GB");
}
