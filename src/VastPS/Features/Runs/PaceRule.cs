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
    /// <summary>The finding by the table of thresholds; null where the estimate knows no step time.</summary>
    public static PaceFinding? Judge(RunPace assumed, TimeSpan measured)
    {
        if (OfStep(assumed, measured, Thresholds.Default) is not { } step)
        {
            return null;
        }

        TimeSpan expected = assumed.StepTime!.Value;
        TimeSpan? projected = Projected(assumed, measured);
        VastPaceVerdict whole = projected is { } p ? OfWhole(assumed, p, Thresholds.Default) : VastPaceVerdict.Ok;
        string time = FormattableString.Invariant(
            $"a step takes {Duration.Format(measured)}, {measured / expected:0.0#} times the estimated {Duration.Format(expected)}");
        return new PaceFinding(step > whole ? step : whole, measured / expected, projected, projected is { } q
            ? $"{time}; the whole run {Duration.Format(q)} instead of "
                + $"{Duration.Format(assumed.RunTime!.Value)}{(assumed.WorstRunTime is { } worst ? $", at worst {Duration.Format(worst)}" : "")}"
            : time);
    }

    /// <summary>What a step time says; null where none was assumed. What is slow within the pessimistic case contradicts nothing.</summary>
    public static VastPaceVerdict? OfStep(RunPace assumed, TimeSpan measured, Thresholds thresholds)
    {
        if (assumed.StepTime is not { } expected || expected <= TimeSpan.Zero)
        {
            return null;
        }

        VastPaceVerdict verdict = thresholds["StepTime"].Judge(measured / expected);
        return verdict == VastPaceVerdict.Contradicted && measured > expected && measured <= assumed.WorstStepTime
            ? VastPaceVerdict.Replan
            : verdict;
    }

    /// <summary>What a projected time of the whole says.</summary>
    public static VastPaceVerdict OfWhole(RunPace assumed, TimeSpan projected, Thresholds thresholds) =>
        projected > assumed.WorstRunTime ? VastPaceVerdict.Contradicted
        : assumed.RunTime is { } time && time > TimeSpan.Zero ? thresholds["RunTime"].Judge(projected / time)
        : VastPaceVerdict.Ok;

    /// <summary>The whole run at a measured pace; null where the estimate does not know the whole.</summary>
    public static TimeSpan? Projected(RunPace assumed, TimeSpan measured) =>
        assumed is { RunTime: { } whole, Steps: { } steps, StepTime: { } expected } ? whole + ((measured - expected) * steps) : null;
}
