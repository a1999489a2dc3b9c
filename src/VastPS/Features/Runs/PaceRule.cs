using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>A measured pace held against an estimate.</summary>
/// <param name="Verdict">What follows.</param>
/// <param name="Ratio">Measured over assumed time of a step.</param>
/// <param name="Projected">The whole run at the measured pace; null where the estimate does not know the whole.</param>
/// <param name="Why">One line for people.</param>
internal sealed record PaceFinding(VastPaceVerdict Verdict, double Ratio, TimeSpan? Projected, string Why);

/// <summary>When a measured step time contradicts an estimate. Rates of one machine differ by a quarter, so the bands are wide.</summary>
internal static class PaceRule
{
    /// <summary>Beyond this, and beyond the pessimistic step time, a step is too slow.</summary>
    public const double TooSlow = 1.5;

    private const double Slow = 1.3;

    // Too fast is suspicious too: another batch, cut data, steps that are skipped.
    private const double Fast = 0.6;
    private const double TooFast = 0.4;

    /// <summary>The finding; null where the estimate knows no step time.</summary>
    public static PaceFinding? Judge(RunPace assumed, TimeSpan measured)
    {
        if (assumed.StepTime is not { } expected || expected <= TimeSpan.Zero)
        {
            return null;
        }

        double ratio = measured / expected;
        TimeSpan? projected = assumed is { RunTime: { } whole, Steps: { } steps } ? whole + ((measured - expected) * steps) : null;
        VastPaceVerdict verdict =
            IsTooSlow(assumed, measured) || ratio < TooFast || projected > assumed.WorstRunTime ? VastPaceVerdict.Contradicted
            : ratio is > Slow or < Fast || projected > assumed.RunTime * Slow ? VastPaceVerdict.Replan
            : VastPaceVerdict.Ok;
        string time = FormattableString.Invariant(
            $"a step takes {Duration.Format(measured)}, {ratio:0.0#} times the estimated {Duration.Format(expected)}");
        return new PaceFinding(verdict, ratio, projected, projected is { } p
            ? $"{time}; the whole run {Duration.Format(p)} instead of "
                + $"{Duration.Format(assumed.RunTime!.Value)}{(assumed.WorstRunTime is { } worst ? $", at worst {Duration.Format(worst)}" : "")}"
            : time);
    }

    /// <summary>True where a step takes so long that the estimate does not hold.</summary>
    public static bool IsTooSlow(RunPace assumed, TimeSpan measured) =>
        measured > assumed.StepTime * TooSlow && !(measured <= assumed.WorstStepTime);
}
