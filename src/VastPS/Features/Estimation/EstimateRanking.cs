using System.Globalization;

namespace VastPS.Features.Estimation;

/// <summary>The cheapest estimates, and why each stands before the next.</summary>
internal static class EstimateRanking
{
    public static IReadOnlyList<VastRunEstimate> Cheapest(IEnumerable<VastRunEstimate> estimates, int first)
    {
        VastRunEstimate[] ranked = [.. estimates.OrderBy(e => e.Cost?.Base ?? decimal.MaxValue).Take(first + 1)];
        return [.. ranked.Take(first).Select((e, i) => i + 1 < ranked.Length ? e.Leading(Why(e, ranked[i + 1])) : e)];
    }

    private static string Why(VastRunEstimate one, VastRunEstimate next)
    {
        if (one.Cost is not { } cost || next.Cost is not { } nextCost)
        {
            return one.Cost is null ? "" : "the next names no price";
        }

        // Drivers have the same names for every machine.
        string[] parts = [.. cost.Drivers.Zip(nextCost.Drivers)
            .Select(d => (d.First.Name, Less: d.Second.Base - d.First.Base))
            .Where(d => Math.Abs(d.Less) >= 0.005m)
            .OrderByDescending(d => Math.Abs(d.Less))
            .Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Name} {Math.Abs(d.Less):0.00} {(d.Less > 0 ? "less" : "more")}"))
            ];
        TimeSpan sooner = next.Time.Base - one.Time.Base;
        string time = sooner == TimeSpan.Zero
            ? ""
            : $"; {Basics.Duration.Format(sooner.Duration())} {(sooner > TimeSpan.Zero ? "sooner" : "later")}";
        decimal less = nextCost.Base - cost.Base;
        string lead = less < 0.005m
            ? "as cheap as the next"
            : string.Create(CultureInfo.InvariantCulture, $"{less:0.00} USD less than the next");
        return lead + (parts.Length == 0 ? "" : $" ({string.Join(", ", parts)})") + time;
    }
}
