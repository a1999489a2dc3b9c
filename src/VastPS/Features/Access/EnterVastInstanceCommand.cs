using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Opens a shell on an instance at this terminal, through the system's own ssh.</summary>
[Cmdlet(VerbsCommon.Enter, Nouns.Instance, HelpUri = Nouns.Help + "Enter-VastInstance")]
[OutputType(typeof(void))]
public sealed class EnterVastInstanceCommand : VastCmdlet
{
    private PortForward[] _forwards = [];
    private bool _isTerminal;

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long InstanceId { get; set; }

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] LocalForward { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        _forwards = [.. LocalForward.Select(f => PortForward.Parse(f, nameof(LocalForward)))];
        _isTerminal = Consent.HasTerminal(Host);
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        VastInstance instance = await Services.Api.FindInstanceAsync(InstanceId, stop)
            ?? throw new VastException(VastReason.InstanceNotFound, InstanceId);
        if (!_isTerminal)
        {
            throw new VastException(VastReason.NotATerminal, InstanceId);
        }

        foreach (PortForward forward in _forwards)
        {
            lane.Verbose(Texts.Forwarding(forward, InstanceId));
        }

        int code = await Services.Shells.EnterAsync(instance, SshConfigFlow.IdentityFile(KeyPath), _forwards, stop);
        lane.ExitCode(code);
        if (code == LocalSsh.Failed)
        {
            lane.Error(new VastException(VastReason.ShellFailed, InstanceId, code));
        }
    }
}
