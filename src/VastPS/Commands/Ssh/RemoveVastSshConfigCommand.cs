using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.SshText;
using VastPS.Store;

namespace VastPS.Commands.Ssh;

/// <summary>Takes names of instances out of the ssh configuration, or everything that VastPS put there.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.SshConfig, SupportsShouldProcess = true, DefaultParameterSetName = ByInstance)]
[OutputType(typeof(void))]
public sealed class RemoveVastSshConfigCommand : VastCmdlet
{
    private const string ByInstance = "ByInstance";
    private const string Everything = "Everything";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByInstance)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = Everything)]
    public SwitchParameter All { get; set; }

    [Parameter]
    public string? Path { get; set; }

    private protected override void Begin() => Path = this.Resolve(Path) ?? SshConfigFile.Default;

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        var file = new SshConfigFile(Path!, World.Clock);
        if (All)
        {
            if (await lane.ConfirmAsync(file.Location, Texts.SshConfigRemoveAll(file.HostsPath)))
            {
                file.RemoveAll();
            }

            return;
        }

        IReadOnlyList<SshHostEntry> entries = file.Read();
        foreach (long id in InstanceId.Where(id => entries.All(e => e.InstanceId != id)))
        {
            lane.Error(new VastException(VastReason.SshConfigEntryNotFound, id, file.HostsPath));
        }

        SshHostEntry[] gone = [.. entries.Where(e => InstanceId.Contains(e.InstanceId))];
        if (gone.Length > 0 && await lane.ConfirmAsync(file.Location, Texts.SshConfigAction(gone, [])))
        {
            await file.UpdateAsync(now => [.. now.Where(e => !InstanceId.Contains(e.InstanceId))], stop);
        }
    }
}
