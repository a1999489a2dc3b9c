using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Proves a run on its instance by what was chosen for it, else by what was noted.</summary>
internal sealed class ProofFlow(EvidenceService evidence, TimeProvider clock)
{
    /// <summary>What was shown about the instance: what was chosen, else the last of each kind.</summary>
    /// <param name="instance">Where the run shall go on.</param>
    /// <param name="forecast">The chosen estimate; null for the last that was noted.</param>
    /// <param name="smoke">The chosen smoke test; null for the last that was noted.</param>
    /// <param name="kind">Which rules shall end the run; null for those of the smoke test.</param>
    public RunProof Prove(VastInstance instance, RunForecast? forecast, VastSmokeResult? smoke, VastTrainingKind? kind)
    {
        DateTimeOffset now = clock.GetUtcNow();
        InstanceEvidence noted = evidence.About(instance.InstanceId);
        Proof? estimate = forecast is null ? Of(noted.Estimate) : Of(forecast.At(now));
        Proof? checks = Of(noted.Checks);
        Proof? shown = smoke is null
            ? Of(noted.Smoke)
            : new Proof(smoke.Passed, smoke.ToString())
            {
                At = noted.Smoke is { } last && last.Detail == Redactor.Clean(smoke.ToString()) ? last.At : now,
                Pace = new RunPace { StepTime = smoke.StepTimeMedian },
            };
        return new RunProof(
            estimate, checks, shown,
            ProofRule.Lacking(instance.InstanceId, estimate, checks, shown),
            kind ?? smoke?.Kind ?? noted.Smoke?.Training ?? VastTrainingKind.Any);
    }

    private static Proof? Of(Evidence? noted) =>
        noted is null ? null : new Proof(noted.Passed, noted.Detail) { At = noted.At, Pace = noted.Pace };
}
