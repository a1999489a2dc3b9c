using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Brings the log of a run, line by line, and follows it where asked.</summary>
[Cmdlet(VerbsCommunications.Receive, Nouns.RunLog, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Receive-VastRunLog")]
[OutputType(typeof(string))]
public sealed class ReceiveVastRunLogCommand : VastRunCmdlet
{
    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Tail { get; set; }

    [Parameter]
    public SwitchParameter Follow { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        Check.InRange(Tail, 0, 100_000, nameof(Tail));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            try
            {
                await Services.RunLogs.ReadAsync(
                    run,
                    new LogRequest(Tail > 0 ? Tail : null, Follow, KeyPath),
                    line => lane.Write(line.Text),
                    why => lane.Warn(Texts.LogAway(run.Name, why)),
                    stop);
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
