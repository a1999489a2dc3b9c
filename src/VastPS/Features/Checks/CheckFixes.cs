using VastPS.Kernel.Shell;

namespace VastPS.Features.Checks;

/// <summary>Says what to do about checks that did not pass: below the table, in one piece that can be pasted.</summary>
internal static class CheckFixes
{
    public static void Tell(IEnumerable<VastCheckResult> results, ILane lane)
    {
        foreach (VastCheckResult result in results.Where(r => r.Status is VastCheckStatus.Fail or VastCheckStatus.Warn && r.Fix.Length > 0))
        {
            lane.Warn(Texts.CheckFix(result));
        }
    }
}
