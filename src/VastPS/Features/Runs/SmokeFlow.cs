using VastPS.Features.Estimation;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>A smoke test from its estimate to what it proves about the instance.</summary>
internal sealed class SmokeFlow(InstanceConnections connections, EvidenceService evidence, TimeProvider clock)
{
    /// <summary>
    /// Notes the estimate, runs the steps and notes how they went: both are found by the start of the real run.
    /// Steps that could not be run, because the instance or its connection fails, prove nothing and are not noted.
    /// </summary>
    /// <param name="instance">As just read.</param>
    /// <param name="forecast">What was estimated for it; null where the last one that was noted tells what is trained.</param>
    /// <param name="options">What to run.</param>
    /// <param name="keyPath">The private key; null for the usual ones.</param>
    /// <param name="onLine">Hears each line of the log with the steps so far.</param>
    /// <param name="stop">Ends the command on the box.</param>
    public async Task<VastSmokeResult> TestAsync(
        VastInstance instance,
        RunForecast? forecast,
        SmokeOptions options,
        string? keyPath,
        Action<string, long> onLine,
        CancellationToken stop)
    {
        if (forecast is not null)
        {
            await evidence.NoteAsync(instance.InstanceId, forecast, stop).ConfigureAwait(false);
        }

        VastWorkload? work = forecast is null ? evidence.WorkloadOf(instance.InstanceId) : forecast.Workload;
        VastSmokeResult result;
        ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            result = await SmokeTraining.RunAsync(
                instance.InstanceId, link, options with { Assumed = forecast?.Pace }, onLine, clock, stop).ConfigureAwait(false);
        }

        var shown = new Evidence(EvidenceKind.Smoke, result.Passed, clock.GetUtcNow(), result.ToString())
        {
            Pace = new RunPace { StepTime = result.StepTimeMedian },
            Training = options.Kind,
            Measured = MeasuredRun.Of(work, instance, result),
        };
        await evidence.NoteAsync(instance.InstanceId, shown, stop).ConfigureAwait(false);
        return result;
    }
}
