using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Renting;
using VastPS.SshText;
using VastPS.Store;

namespace VastPS.Commands.Ssh;

/// <summary>Writes names for instances where ssh, scp, rsync and editors find them.</summary>
[Cmdlet(VerbsData.Update, Nouns.SshConfig, SupportsShouldProcess = true, DefaultParameterSetName = All)]
[OutputType(typeof(VastSshConfigEntry))]
public sealed class UpdateVastSshConfigCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    private readonly List<long> _wanted = [];
    private bool _fromPipeline;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Proxy { get; set; }

    [Parameter]
    public string? KeyPath { get; set; }

    [Parameter]
    public string? Path { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Path = this.Resolve(Path) ?? SshConfigFile.Default;
        _fromPipeline = MyInvocation.ExpectingInput;
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        _wanted.AddRange(InstanceId);
        return Task.CompletedTask;
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        // An empty pipeline asks for nothing; only a call without any id asks for all.
        if (_fromPipeline && _wanted.Count == 0)
        {
            return;
        }

        var file = new SshConfigFile(Path!, World.Clock);
        Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>> plan = await new SshConfigFlow(World.Api).PlanAsync(
            file, _wanted.Count > 0 ? _wanted : null, Proxy, SshConfigFlow.IdentityFile(KeyPath), lane.Error, stop);
        IReadOnlyList<SshHostEntry> before = file.Read();
        if (await lane.ConfirmAsync(file.Location, Texts.SshConfigAction(before, plan(before))))
        {
            foreach (VastSshConfigEntry entry in SshConfigFlow.Shown(file, await file.UpdateAsync(plan, stop)))
            {
                lane.Write(entry);
            }
        }
    }
}
