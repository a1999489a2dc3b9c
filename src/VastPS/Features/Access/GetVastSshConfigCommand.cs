using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Shows the names that ssh knows for instances.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.SshConfig, DefaultParameterSetName = All, HelpUri = Nouns.Help + "Get-VastSshConfig")]
[OutputType(typeof(VastSshConfigEntry))]
public sealed class GetVastSshConfigCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesGone = true)]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public string? Path { get; set; }

    private protected override void Begin() => Path = this.Resolve(Path) ?? SshConfigFile.Default;

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        var file = new SshConfigFile(Path!, Services.Clock);
        VastSshConfigEntry[] entries = [.. SshConfigFlow.Shown(file, file.Read())];
        if (entries.Length > 0 && !file.IsIncluded())
        {
            lane.Warn(Texts.SshConfigNotRead(file.Location, file.HostsPath));
        }

        foreach (VastSshConfigEntry entry in entries.Where(e => InstanceId.Length == 0 || InstanceId.Contains(e.InstanceId)))
        {
            lane.Write(entry);
        }

        foreach (long id in InstanceId.Where(id => entries.All(e => e.InstanceId != id)))
        {
            lane.Error(new VastException(VastReason.SshConfigEntryNotFound, id, file.HostsPath));
        }

        return Task.CompletedTask;
    }
}
