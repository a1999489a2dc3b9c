using System.Management.Automation;
using VastPS.Commands.Binding;

namespace VastPS.Commands.Ssh;

/// <summary>Lists the sessions of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Session)]
[OutputType(typeof(VastSession))]
public sealed class GetVastSessionCommand : VastCmdlet
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[]? InstanceId { get; set; }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastSession> all = World.Boxes.Sessions();
        foreach (VastSession session in all.Where(s => InstanceId?.Contains(s.InstanceId) ?? true))
        {
            lane.Write(session);
        }

        foreach (long missing in InstanceId?.Except(all.Select(s => s.InstanceId)) ?? [])
        {
            lane.Error(new VastException(VastReason.SessionNotFound, missing));
        }

        return Task.CompletedTask;
    }
}
