using System.Collections;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Starts the real run on a box that has proved itself; it goes on whether anybody watches or not.</summary>
[Cmdlet(
    VerbsLifecycle.Start, Nouns.Run, DefaultParameterSetName = WithLimit, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Start-VastRun")]
[OutputType(typeof(VastRun))]
public sealed class StartVastRunCommand : VastCmdlet
{
    private const string WithLimit = "WithLimit";
    private const string WithoutLimit = "WithoutLimit";
    private const string Again = "Again";

    private StartFlow? _start;

    [Parameter(HelpMessage = Texts.AskCommand, Position = 0, ParameterSetName = WithLimit)]
    [Parameter(Position = 0, ParameterSetName = WithoutLimit)]
    [ValidateNotNullOrEmpty]
    [Needed("-Command 'nvidia-smi'")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, HelpMessage = Texts.AskFrom, ParameterSetName = Again)]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public object? From { get; set; }

    [Parameter(HelpMessage = Texts.AskInstanceId, ParameterSetName = WithLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = WithoutLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = Again, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId", Except = Again)]
    public long[] InstanceId { get; set; } = [];

    [Parameter(HelpMessage = Texts.AskMaxRuntime, ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = Again)]
    [DurationTransform]
    [Needed("-MaxRuntime 8h", Except = Again)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? MaxRuntime { get; set; }

    [Parameter(Mandatory = true, HelpMessage = Texts.AskNoMaxRuntime, ParameterSetName = WithoutLimit)]
    public SwitchParameter NoMaxRuntime { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public IDictionary Environment { get; set; } = new Hashtable();

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? CheckpointPath { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public object? Estimate { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastSmokeResult? Smoke { get; set; }

    [Parameter]
    [ChoiceTransform(typeof(VastTrainingKind))]
    public VastTrainingKind? Kind { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ConditionCompleter))]
    public string[] AbortIf { get; set; } = [];

    [Parameter(ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = WithoutLimit)]
    [ChoiceTransform(typeof(VastLauncher))]
    public VastLauncher Launcher { get; set; }

    [Parameter(ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = WithoutLimit)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int NodeCount { get; set; } = 1;

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    // What has failed once costs money again.
    private protected override ConfirmImpact? Impact => From is null ? ConfirmImpact.Medium : ConfirmImpact.High;

    private LaunchRequest Asked => new(Command, NoMaxRuntime ? null : MaxRuntime)
    {
        Name = Name,
        WorkingDirectory = WorkingDirectory,
        Environment = Environment.Written(),
        CheckpointPath = CheckpointPath,
        AbortIf = AbortIf,
        Launcher = Launcher,
        IsForced = Force,
        KeyPath = KeyPath,
    };

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        RunInput.DemandName(Name, nameof(Name));
        AbortIf.ToList().ForEach(rule => MetricCondition.Parse(rule, nameof(AbortIf)));
        Check.Positive(MaxRuntime, nameof(MaxRuntime));
        RunInput.DemandNoSecret(Command);
        LauncherInput.Demand(Launcher, NodeCount, Command);
        Estimate = ProofInput.Estimate(Estimate, nameof(Estimate));
    }

    private protected override string? LastWords(bool stopped) => stopped ? _start?.LastWords : null;

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        _start = new StartFlow(Services, new GivenProof(Estimate, Smoke, Kind), lane);
        return _start.RunAsync(InstanceId, Asked, From, stop);
    }
}
