using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Lists the sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Session, DefaultParameterSetName = All, HelpUri = Nouns.Help + "Get-VastSession")]
[OutputType(typeof(VastSession))]
public sealed class GetVastSessionCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    public long[] InstanceId { get; set; } = [];

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastSession> all = Services.Connections.Sessions();
        foreach (VastSession session in all.Where(s => InstanceId.Length == 0 || InstanceId.Contains(s.InstanceId)))
        {
            lane.Write(session);
        }

        foreach (long missing in InstanceId.Except(all.Select(s => s.InstanceId)))
        {
            lane.Error(new VastException(VastReason.SessionNotFound, missing));
        }

        return Task.CompletedTask;
    }
}
