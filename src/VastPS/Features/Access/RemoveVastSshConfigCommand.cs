using System.Management.Automation;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Takes names of instances out of the ssh configuration, or everything that VastPS put there.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.SshConfig, SupportsShouldProcess = true, DefaultParameterSetName = ByInstance,
    HelpUri = Nouns.Help + "Remove-VastSshConfig")]
[OutputType(typeof(void))]
public sealed class RemoveVastSshConfigCommand : VastCmdlet
{
    private const string ByInstance = "ByInstance";
    private const string Everything = "Everything";

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByInstance)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskAll, ParameterSetName = Everything)]
    public SwitchParameter All { get; set; }

    [Parameter]
    public string? Path { get; set; }

    private protected override void Begin() => Path = this.Resolve(Path) ?? SshConfigFile.Default;

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        var file = new SshConfigFile(Path!, Services.Clock);
        long[]? ids = All ? null : InstanceId;
        SshConfigChange change = file.PreviewRemoval(ids);
        foreach (long id in InstanceId.Where(id => change.Before.All(e => e.InstanceId != id)))
        {
            lane.Error(new VastException(VastReason.SshConfigEntryNotFound, id, file.HostsPath));
        }

        bool isSomething = All || change.After.Count < change.Before.Count;
        if (isSomething && await lane.ConfirmAsync(file.Location, Texts.SshConfigAction(change)))
        {
            await file.RemoveAsync(ids, stop);
        }
    }
}
