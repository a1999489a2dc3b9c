using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Ssh;
using VastPS.SshText;

namespace VastPS.Commands.Ssh;

/// <summary>Runs one command on a box; its whole process group ends with the time limit.</summary>
[Cmdlet(VerbsLifecycle.Invoke, Nouns.Command)]
[OutputType(typeof(VastCommandResult), typeof(string))]
public sealed class InvokeVastCommandCommand : VastCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long InstanceId { get; set; }

    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string[] ArgumentList { get; set; } = [];

    [Parameter]
    [DurationTransform]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Stream { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(Timeout, nameof(Timeout));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        string text = ArgumentList.Length == 0 ? Command : $"{Command} {ShellQuote.Join(ArgumentList)}";
        var spec = new SshCommandSpec(text)
        {
            InLoginShell = true,
            Timeout = Timeout,
            OnStdoutLine = Stream ? lane.Write : null,
            OnStderrLine = Stream ? lane.Warn : null,
        };
        await using ISshLink link = await World.Boxes.ConnectAsync(InstanceId, KeyPath, stop);
        SshResult ran = await link.RunAsync(spec, stop);
        if (ran.TimedOut)
        {
            lane.Error(new VastException(VastReason.SshCommandTimeout, InstanceId, Basics.Duration.Format(Timeout)));
        }

        lane.Write(ran.ToModel(InstanceId, Command));
    }
}
