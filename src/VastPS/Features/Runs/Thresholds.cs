using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Runs;

/// <summary>One bound of a threshold; null where there is none.</summary>
internal sealed record Bound(double? Replan, double? Contradicted);

/// <summary>When a measured term is too far off.</summary>
/// <param name="Term">What is measured.</param>
/// <param name="IsRatio">True where measured over estimated is judged, false for the measured value itself.</param>
/// <param name="Unit">Of the measured value.</param>
/// <param name="High">Above this it is too much.</param>
/// <param name="Low">Below this it is too little.</param>
/// <param name="Why">What it means.</param>
internal sealed record Threshold(string Term, bool IsRatio, string Unit, Bound High, Bound Low, string Why)
{
    /// <summary>The side that does harm: the one that a user moves.</summary>
    public Bound Harm => High.Replan is null ? Low : High;

    /// <summary>The verdict about a value, or about a ratio where it is one.</summary>
    public VastPaceVerdict Judge(double value) =>
        value > High.Contradicted || value < Low.Contradicted ? VastPaceVerdict.Contradicted
        : value > High.Replan || value < Low.Replan ? VastPaceVerdict.Replan
        : VastPaceVerdict.Ok;

    /// <summary>The same with other bounds on the side that does harm.</summary>
    public Threshold With(Bound bound) => High.Replan is null ? this with { Low = bound } : this with { High = bound };
}

/// <summary>The thresholds by their term: those of the table that travels with the module, or as a user moved them.</summary>
internal sealed class Thresholds
{
    private static readonly Lazy<Thresholds> s_default = new(() => new Thresholds(Load()));

    private readonly IReadOnlyDictionary<string, Threshold> _byTerm;

    private Thresholds(IEnumerable<Threshold> rows) => _byTerm = rows.ToDictionary(r => r.Term, StringComparer.OrdinalIgnoreCase);

    /// <summary>As the table has them.</summary>
    public static Thresholds Default => s_default.Value;

    /// <summary>The terms, in the order of the table.</summary>
    public IEnumerable<string> Terms => _byTerm.Keys;

    public Threshold this[string term] => _byTerm[term];

    /// <summary>Null for a term that is judged by other rules.</summary>
    public Threshold? Find(string term) => _byTerm.GetValueOrDefault(term);

    /// <summary>The same with some moved.</summary>
    public Thresholds With(IEnumerable<KeyValuePair<string, Bound>> moved)
    {
        Dictionary<string, Bound> bounds = new(moved, StringComparer.OrdinalIgnoreCase);
        return new Thresholds(_byTerm.Values.Select(t => bounds.TryGetValue(t.Term, out Bound? bound) ? t.With(bound) : t));
    }

    private static IEnumerable<Threshold> Load() => TextLines.Filled(EmbeddedText.Read("thresholds.csv"))
        .Where(l => l[0] != '#').Skip(1)
        .Select(l => l.Split(',', 9))
        .Select(c => new Threshold(
            c[0], c[2] == "ratio", c[3], new Bound(Number(c[4]), Number(c[5])), new Bound(Number(c[6]), Number(c[7])), c[8]));

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
}
