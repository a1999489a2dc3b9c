using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Closes the connection that a session holds; a command that still runs over it ends first.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.Session, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = Nouns.Help + "Remove-VastSession")]
[OutputType(typeof(void))]
public sealed class RemoveVastSessionCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (long id in InstanceId)
        {
            if (Services.Connections.Sessions().FirstOrDefault(s => s.InstanceId == id) is not { } session)
            {
                lane.Error(new VastException(VastReason.SessionNotFound, id));
            }
            else if (await lane.ConfirmAsync(session.ToString(), Texts.RemoveSessionAction))
            {
                await Services.Connections.CloseAsync(id);
            }
        }
    }
}
