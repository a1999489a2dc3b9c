using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>What was typed that speaks for a run.</summary>
/// <param name="Estimate">An estimate or a fit; null for the last that was noted.</param>
/// <param name="Smoke">Null for the last that was noted.</param>
/// <param name="Kind">Which rules shall end the run; null for those of the smoke test.</param>
internal sealed record GivenProof(object? Estimate, VastSmokeResult? Smoke, VastTrainingKind? Kind);

/// <summary>Starts a run on each instance that has proved itself, after consent.</summary>
internal sealed class StartFlow(RunspaceServices services, GivenProof given, ILane lane)
{
    private string? _beginning;

    /// <summary>What must be said where the command is stopped now; null where nothing must.</summary>
    public string? LastWords => _beginning is { } name ? Texts.MayHaveBegun(name) : null;

    /// <summary>Starts it everywhere.</summary>
    /// <param name="instanceIds">Where; empty for where the earlier run was.</param>
    /// <param name="asked">What to start. What it leaves open is as in the earlier run.</param>
    /// <param name="from">An earlier run, by what was typed; null for none.</param>
    /// <param name="stop">Ends the waiting; a run may begin all the same.</param>
    public async Task RunAsync(IReadOnlyList<long> instanceIds, LaunchRequest asked, object? from, CancellationToken stop)
    {
        Relaunch? again = null;
        if (from is not null)
        {
            again = await services.Relaunching.FindAsync(from, asked.KeyPath, stop);
            RelaunchFlow.DemandVariables(again, asked.Environment);
            lane.Warn(Texts.EndedBefore(again));
            asked = again.Filled(asked);
            instanceIds = instanceIds.Count > 0 ? instanceIds : [again.Record.InstanceId];
        }

        await foreach (VastInstance instance in services.EachAsync(instanceIds, lane.Error, stop))
        {
            await StartAsync(instance, asked, again, stop);
        }
    }

    private async Task StartAsync(VastInstance instance, LaunchRequest asked, Relaunch? again, CancellationToken stop)
    {
        RunForecast? forecast = ProofInput.Forecast(given.Estimate, instance);
        var options = new LaunchOptions(asked)
        {
            Command = LauncherRule.Command(asked.Launcher, asked.Command, Math.Max(1, instance.GpuCount ?? 1)) ?? asked.Command,
            Plan = forecast?.Pace ?? again?.Record.Plan,
            Proof = services.Proofs.Prove(
                instance, forecast, ProofInput.About(given.Smoke, instance), given.Kind ?? again?.Record.Kind),
        };
        if (!options.IsForced)
        {
            options.Proof.Demand(instance.InstanceId, options.MaxRuntime);
        }

        if (!await lane.ConfirmAsync(instance.ToString(), Texts.StartRunAction(options, again)))
        {
            return;
        }

        if (forecast is not null)
        {
            await services.Evidence.NoteAsync(instance.InstanceId, forecast, stop);
        }

        lane.Write(await services.Launching.StartAsync(instance, options, name => _beginning = name, stop));
        _beginning = null;
    }
}
