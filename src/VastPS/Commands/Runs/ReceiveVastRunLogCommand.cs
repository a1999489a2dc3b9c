using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Store;

namespace VastPS.Commands.Runs;

/// <summary>Brings the log of a run, line by line, and follows it where asked.</summary>
[Cmdlet(VerbsCommunications.Receive, Nouns.RunLog, DefaultParameterSetName = ByName)]
[OutputType(typeof(string))]
public sealed class ReceiveVastRunLogCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByRunId = "ByRunId";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    public string[] RunId { get; set; } = [];

    [Parameter]
    public int Tail { get; set; }

    [Parameter]
    public SwitchParameter Follow { get; set; }

    [Parameter]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.InRange(Tail, 0, 100_000, nameof(Tail));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in RunInput.Find(World.Api.Server, Name, RunId, lane.Error))
        {
            try
            {
                await World.RunLogs.ReadAsync(run, Tail > 0 ? Tail : null, Follow, KeyPath, line => lane.Write(line.Text), stop);
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
