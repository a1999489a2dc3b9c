using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>One thing that was shown about an instance.</summary>
/// <param name="Passed">How it came out.</param>
/// <param name="Detail">One line for people.</param>
internal sealed record Proof(bool Passed, string Detail)
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The pace that was estimated or measured; null where nobody said.</summary>
    public RunPace? Pace { get; init; }
}

/// <summary>What is missing before the real run.</summary>
/// <param name="Why">Without a point.</param>
/// <param name="Next">The command to type; null where that of the next lack does this, too.</param>
internal sealed record Lack(string Why, string? Next);

/// <summary>The real run comes after the proof: an estimate that fits, checks and a smoke test that passed, and both at one pace.</summary>
internal static class ProofRule
{
    /// <summary>What is missing, in the order in which it is best done; nothing where the run may start.</summary>
    public static IReadOnlyList<Lack> Lacking(long instanceId, Proof? estimate, Proof? checks, Proof? smoke)
    {
        var lacking = new List<Lack>();
        string smoking = $"Invoke-VastSmokeTest -InstanceId {instanceId} -Command '<your command, 50 steps>'";
        if (estimate is null && smoke is not { Passed: true })
        {
            // The smoke test notes the estimate that it is given, so nothing has to be typed twice.
            lacking.Add(new Lack("no estimate says that it fits", null));
            smoking += $" -Estimate ({Estimating(instanceId, "-Workload $work")})";
        }
        else if (estimate is not { Passed: true })
        {
            lacking.Add(estimate is null
                ? new Lack("no estimate says that it fits", WithEstimate(instanceId, "-Workload $work"))
                : new Lack(
                    $"the run does not fit ({estimate.Detail})",
                    $"Get-VastInstance -InstanceId {instanceId} | Test-VastRunFit -Workload $work"));
        }

        if (checks is not { Passed: true })
        {
            lacking.Add(new Lack(
                checks is null ? "it was not checked" : $"its checks did not pass ({checks.Detail})",
                $"Test-VastInstance -InstanceId {instanceId}"));
        }

        if (smoke is not { Passed: true })
        {
            lacking.Add(
                new Lack(smoke is null ? "no smoke test was made on it" : $"its smoke test did not pass ({smoke.Detail})", smoking));
        }
        else if (estimate is { Passed: true, Pace: { } assumed } && smoke.Pace?.StepTime is { } measured
            && PaceRule.Judge(assumed, measured) is { Verdict: VastPaceVerdict.Contradicted } finding)
        {
            string seconds = measured.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
            lacking.Add(new Lack(
                $"its smoke test contradicts its estimate ({finding.Why})",
                WithEstimate(instanceId, $"-Workload $work -StepTime {seconds}s")));
        }

        return lacking;
    }

    private static string WithEstimate(long instanceId, string about) => $"Start-VastRun ... -Estimate ({Estimating(instanceId, about)})";

    private static string Estimating(long instanceId, string about) =>
        $"Get-VastInstance -InstanceId {instanceId} | Measure-VastRun {about}";
}
