namespace VastPS;

/// <summary>A file or tree that was sent to a box or received from it, compared on both sides.</summary>
public sealed class VastTransferResult
{
    internal VastTransferResult()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>Where it came from: a path here when sent, a path of the box when received.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>Where it arrived, under its own name.</summary>
    public string Destination { get; internal init; } = "";

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; internal init; }

    /// <summary>Number of files and links.</summary>
    public int Files { get; internal init; }

    /// <summary>How long the bytes took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Rate in MB/s; null where nothing was moved.</summary>
    public double? RateMBps => Bytes > 0 && Duration > TimeSpan.Zero ? Bytes / Basics.Bytes.MB / Duration.TotalSeconds : null;

    /// <summary>SHA-256 of a single file in hex, the same on both sides; null for trees, whose files were compared one by one.</summary>
    public string? Sha256 { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{Path} -> {Destination}, {Files} file(s), {Bytes / Basics.Bytes.MB:0.0} MB");
}
