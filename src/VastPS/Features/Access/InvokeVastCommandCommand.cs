using System.Collections;
using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Runs one command on one box or on many at once; everything it started there ends with its limits.</summary>
[Cmdlet(VerbsLifecycle.Invoke, Nouns.Command, DefaultParameterSetName = WithoutInput, HelpUri = Nouns.Help + "Invoke-VastCommand")]
[OutputType(typeof(VastCommandResult), typeof(string))]
public sealed class InvokeVastCommandCommand : VastCmdlet
{
    private const string WithoutInput = "WithoutInput";
    private const string WithText = "WithText";
    private const string WithFile = "WithFile";

    private readonly List<long> _boxes = [];

    [Parameter(HelpMessage = Texts.AskCommand, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Needed("-Command 'nvidia-smi'")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Command { get; set; } = "";

    [Parameter(HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Position = 1)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string?[] ArgumentList { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInputText, ParameterSetName = WithText)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? InputText { get; set; }

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInputPath, ParameterSetName = WithFile)]
    public string? InputPath { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public IDictionary Environment { get; set; } = new Hashtable();

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? IdleTimeout { get; set; }

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan ConnectTimeout { get; set; } = SshTarget.UsualTimeout;

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int ThrottleLimit { get; set; } = ManyInstances.UsualLimit;

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Stream { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        InputPath = this.Resolve(InputPath);
        CommandInput.Check(this);
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        _boxes.AddRange(InstanceId);
        return Task.CompletedTask;
    }

    private protected override Task FinishAsync(ILane lane, CancellationToken stop)
    {
        long[] boxes = [.. _boxes.Distinct()];
        return ManyInstances.EachAsync(
            boxes, ThrottleLimit, (box, end) => RunOnAsync(box, boxes.Length > 1 ? $"[{box}] " : "", lane, end), lane.Error, stop);
    }

    private async Task RunOnAsync(long box, string mark, ILane lane, CancellationToken stop)
    {
        await using Stream? input = CommandInput.Open(this);
        var spec = new SshCommandSpec(CommandInput.Text(this))
        {
            InLoginShell = true,
            Input = input,
            Environment = CommandInput.Variables(this),
            Timeout = Timeout,
            IdleTimeout = IdleTimeout,
            KeepAlive = KeepAliveInterval,
            OnStdoutLine = Stream ? line => lane.Write(mark + line) : null,
            OnStderrLine = Stream ? line => lane.Warn(mark + line) : null,
        };
        await using ISshLink link = await Services.Connections.ConnectAsync(box, KeyPath, ConnectTimeout, stop);
        SshResult ran = await link.RunAsync(spec, stop);
        if (ran.TimedOut)
        {
            lane.Error(ran.WasSilent
                ? new VastException(VastReason.SshCommandSilent, box, Basics.Duration.Format(IdleTimeout!.Value))
                : new VastException(VastReason.SshCommandTimeout, box, Basics.Duration.Format(Timeout)));
        }

        lane.Write(ran.ToModel(box, spec.Command));
    }
}
