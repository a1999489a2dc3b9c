namespace VastPS.Features.Runs;

/// <summary>A metric as it is drawn.</summary>
/// <param name="Title">What it is and how far it came.</param>
/// <param name="Along">What is counted from left to right: the step, or where not all values name one, the values.</param>
/// <param name="Points">In the order of the log, from left to right.</param>
internal sealed record Curve(string Title, string Along, IReadOnlyList<(double At, double Value)> Points)
{
    private const string Steps = "step";
    private const string Values = "value";

    // What the ends of names say of their units.
    private static readonly (string End, string Unit)[] s_units =
    [
        ("(ms)", "ms"), ("_ms", "ms"), ("(s)", "s"), ("_s", "s"), ("_seconds", "s"), ("(gib)", "GiB"), ("_gib", "GiB"),
        ("_gb", "GB"), ("tflops", "TFLOP/s"),
    ];

    /// <summary>The curve of the values of one name.</summary>
    /// <param name="name">As it was asked for, or as logged.</param>
    /// <param name="from">Where they were read; empty where nobody said.</param>
    /// <param name="series">The values.</param>
    public static Curve Of(string name, string from, IReadOnlyList<VastMetric> series)
    {
        bool hasSteps = series.All(m => m.Step is not null) && series.Zip(series.Skip(1), (a, b) => a.Step <= b.Step).All(b => b);
        VastMetric last = series[^1];
        string where = from.Length > 0 ? from + ": " : "";
        string unit = UnitOf(last.CommonName ?? last.Name, last.Name) is { Length: > 0 } u ? $" ({u})" : "";
        string logged = last.Name == name ? "" : $", logged as {last.Name}";
        string at = last.Step is { } step ? FormattableString.Invariant($" at step {step}") : "";
        string total = last is { Step: not null, TotalSteps: { } all } ? FormattableString.Invariant($" of {all}") : "";
        return new Curve(
            FormattableString.Invariant($"{where}{name}{unit}{logged}, {series.Count} {(series.Count == 1 ? "value" : "values, the last")} {last.Value:G7}{at}{total}"),
            hasSteps ? Steps : Values,
            [.. series.Select((m, i) => (hasSteps ? (double)m.Step! : i + 1, m.Value))]);
    }

    private static string UnitOf(string common, string name) => common switch
    {
        "tokens_per_second" => "tokens/s",
        "samples_per_second" => "samples/s",
        "steps_per_second" => "steps/s",
        _ => s_units.FirstOrDefault(u => name.EndsWith(u.End, StringComparison.Ordinal)).Unit ?? "",
    };
}
