using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What speaks for a run on its instance, and what is missing.</summary>
/// <param name="Estimate">The one that was chosen, or the last; null where there is none.</param>
/// <param name="Checks">The last.</param>
/// <param name="Smoke">The one that was chosen, or the last; null where there is none.</param>
/// <param name="Lacking">What is missing.</param>
/// <param name="Kind">Which rules end the run.</param>
internal sealed record RunProof(Proof? Estimate, Proof? Checks, Proof? Smoke, IReadOnlyList<Lack> Lacking, VastTrainingKind Kind)
{
    /// <summary>
    /// What the run is held against: the step as the smoke test measured it, else as it was estimated; the whole as it was
    /// estimated.
    /// </summary>
    public RunPace Pace => Smoke?.Pace?.StepTime is { } measured
        ? new RunPace
            {
            StepTime = measured,
            RunTime = Estimate?.Pace?.RunTime,
            WorstRunTime = Estimate?.Pace?.WorstRunTime,
            Steps = Estimate?.Pace?.Steps,
            PeakVramGiB = Estimate?.Pace?.PeakVramGiB,
        }
        : Estimate?.Pace ?? new RunPace();

    /// <summary>The proofs as they are kept with the run.</summary>
    public IReadOnlyList<NotedProof> Noted =>
    [
        .. new[] { (VastProofKind.Estimate, Estimate), (VastProofKind.Checks, Checks), (VastProofKind.SmokeTest, Smoke) }
            .Where(p => p.Item2 is not null)
            .Select(p => new NotedProof(p.Item1, p.Item2!.Passed, p.Item2.At, p.Item2.Detail)),
    ];

    /// <summary>What was known when a run with this limit was started, one a line.</summary>
    public IReadOnlyList<string> Lines(TimeSpan? limit) =>
    [
        .. Line("estimate", Estimate), .. Line("checks", Checks), .. Line("smoke test", Smoke),
        .. Lacking.Select(l => "forced although " + l.Why),
        .. IsTooShort(limit) ? [$"forced although it may take {Duration.Format(Pace.WorstRunTime!.Value)}"] : Array.Empty<string>(),
    ];

    /// <summary>Throws what keeps the run from its start.</summary>
    public void Demand(long instanceId, TimeSpan? limit)
    {
        if (Lacking.Count > 0)
        {
            throw new VastException(
                VastReason.RunNotProven,
                instanceId,
                string.Join("; ", Lacking.Select(l => l.Why)),
                string.Join("   then   ", Lacking.Select(l => l.Next).OfType<string>()));
        }

        if (IsTooShort(limit))
        {
            throw new VastException(
                VastReason.RunTooShort,
                instanceId,
                Duration.Format(limit!.Value),
                Duration.Format(Pace.WorstRunTime!.Value),
                Duration.Format(Pace.RunTime!.Value),
                Longer(Pace.WorstRunTime.Value));
        }
    }

    private bool IsTooShort(TimeSpan? limit) => limit < Pace.WorstRunTime;

    // As one types it: whole minutes, never less than was asked for.
    private static string Longer(TimeSpan time) => FormattableString.Invariant($"{Math.Ceiling(time.TotalMinutes):0}m");

    private static string[] Line(string what, Proof? proof) =>
        proof is null ? [] : [$"{what}{(proof.Passed ? "" : " did not pass")}: {proof.Detail}"];
}
