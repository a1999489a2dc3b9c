namespace VastPS.Features.Estimation;

/// <summary>What the files of a model hold, as far as a hub or a folder told.</summary>
internal sealed record TensorCount
{
    /// <summary>Numbers of each type, packed ones as they are stored; null where nobody told.</summary>
    public IReadOnlyDictionary<string, long>? ByType { get; init; }

    /// <summary>Bytes of all of them; null where nobody told.</summary>
    public double? Bytes { get; init; }

    /// <summary>Parameters, unpacked tensor by tensor; null where no header of a file was read.</summary>
    public long? Unpacked { get; init; }

    /// <summary>True where something is known.</summary>
    public bool IsKnown => ByType is not null || Bytes is not null || Unpacked is not null;

    /// <summary>The types with their numbers, the most frequent first: "BF16 8.19 B".</summary>
    public string Words => ByType is null ? "" : string.Join(
        ", ", ByType.Where(t => t.Value >= 1e6).OrderByDescending(t => t.Value).Select(t => FormattableString.Invariant($"{t.Key} {t.Value / 1e9:0.00} B")));
}
