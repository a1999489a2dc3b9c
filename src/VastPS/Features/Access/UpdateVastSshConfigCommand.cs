using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Writes names for instances where ssh, scp, rsync and editors find them.</summary>
[Cmdlet(VerbsData.Update, Nouns.SshConfig, SupportsShouldProcess = true, DefaultParameterSetName = All,
    HelpUri = Nouns.Help + "Update-VastSshConfig")]
[OutputType(typeof(VastSshConfigEntry))]
public sealed class UpdateVastSshConfigCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    private readonly List<long> _wanted = [];
    private bool _fromPipeline;

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Proxy { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
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

        var file = new SshConfigFile(Path!, Services.Clock);
        SshConfigPlan plan = await Services.SshConfig.PlanAsync(
            file, _wanted.Count > 0 ? _wanted : null, Proxy, SshConfigFlow.IdentityFile(KeyPath), lane.Error, stop);
        foreach ((SshHostEntry entry, string alias) in plan.Avoided)
        {
            lane.Warn(Texts.SshConfigNameAvoided(entry, alias, file.Location));
        }

        if (await lane.ConfirmAsync(file.Location, Texts.SshConfigAction(file.Preview(plan.Next))))
        {
            SshConfigChange done = await file.UpdateAsync(plan.Next, stop);
            foreach (VastSshConfigEntry entry in SshConfigFlow.Shown(file, done.After))
            {
                lane.Write(entry);
            }
        }
    }
}
