using System.Globalization;

namespace VastPS.Tests.Features.Runs;

/// <summary>Metrics as a log would give them.</summary>
internal static class Logs
{
    /// <summary>One metric with the values given, blank between them, at the steps from 1.</summary>
    public static IReadOnlyList<VastMetric> Of(string name, string values) =>
    [
        .. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, i) => new VastMetric
        {
            Step = i + 1,
            Name = name,
            Value = text switch
            {
                "nan" => double.NaN,
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => double.Parse(text, CultureInfo.InvariantCulture),
            },
            Line = $"step {i + 1} {name} {text}",
        }),
    ];
}
