using System.Collections;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Starts the real run on a box that has proved itself; it goes on whether anybody watches or not.</summary>
[Cmdlet(
    VerbsLifecycle.Start, Nouns.Run, DefaultParameterSetName = WithLimit, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(VastRun))]
public sealed class StartVastRunCommand : VastCmdlet
{
    private const string WithLimit = "WithLimit";
    private const string WithoutLimit = "WithoutLimit";
    private const string Again = "Again";

    private StartFlow? _start;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = WithLimit)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = WithoutLimit)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = Again)]
    public object? From { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = WithoutLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = Again, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = Again)]
    [DurationTransform]
    public TimeSpan? MaxRuntime { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithoutLimit)]
    public SwitchParameter NoMaxRuntime { get; set; }

    [Parameter]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public IDictionary Environment { get; set; } = new Hashtable();

    [Parameter]
    public string? CheckpointPath { get; set; }

    [Parameter]
    public object? Estimate { get; set; }

    [Parameter]
    public VastSmokeResult? Smoke { get; set; }

    [Parameter]
    public VastTrainingKind? Kind { get; set; }

    [Parameter]
    public string[] AbortIf { get; set; } = [];

    [Parameter(ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = WithoutLimit)]
    public VastLauncher Launcher { get; set; }

    [Parameter(ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = WithoutLimit)]
    public int NodeCount { get; set; } = 1;

    [Parameter]
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
