using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Moves the deadline of a run: on the box, in the label of its instance and in what is noted here, together.</summary>
[Cmdlet(
    VerbsCommon.Set, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Set-VastRun")]
[OutputType(typeof(VastRun))]
public sealed class SetVastRunCommand : VastRunCmdlet
{
    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? MaxRuntime { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public DateTimeOffset? Deadline { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        Check.That(
            MaxRuntime is null != Deadline is null,
            MaxRuntime is null ? "nothing" : "both",
            nameof(MaxRuntime),
            "either the time from the start or the deadline is given",
            "-MaxRuntime 8h   or   -Deadline (Get-Date).AddHours(3)");
        Check.Positive(MaxRuntime, nameof(MaxRuntime));
        Check.That(
            Deadline is null || (Deadline > Services.Clock.GetUtcNow() && Deadline < Services.Clock.GetUtcNow().AddYears(1)),
            Deadline,
            nameof(Deadline),
            "it must lie ahead, within a year",
            "-Deadline (Get-Date).AddHours(3)");
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            try
            {
                TimeSpan limit = MaxRuntime ?? Deadline!.Value - run.StartedAt;
                if (await lane.ConfirmAsync($"{run.Name} ({run.RunId})", Texts.MoveDeadlineAction(run, limit)))
                {
                    lane.Write(await Services.Deadlines.MoveAsync(run, limit, KeyPath, stop));
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
