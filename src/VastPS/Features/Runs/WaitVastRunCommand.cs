using System.Collections;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Watches runs until each has an outcome. It never restarts anything, and changes only what was agreed to.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Wait-VastRun")]
[OutputType(typeof(VastRun))]
public sealed class WaitVastRunCommand : VastRunCmdlet
{
    private readonly WatchList _list = new();
    private AppendedFile? _log;

    [Parameter]
    [ChoiceTransform(typeof(VastFinishAction))]
    public VastFinishAction OnFinish { get; set; } = VastFinishAction.Keep;

    [Parameter]
    [ChoiceTransform(typeof(VastTroubleAction))]
    public VastTroubleAction OnTrouble { get; set; } = VastTroubleAction.Keep;

    [Parameter]
    public SwitchParameter Discard { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] ReceivePath { get; set; } = [];

    [Parameter]
    public string Destination { get; set; } = ".";

    [Parameter]
    [ArgumentCompleter(typeof(ConditionCompleter))]
    public string[] AbortIf { get; set; } = [];

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? ExpectedStepTime { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public IDictionary Threshold { get; set; } = new Hashtable();

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan ValidationPeriod { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(30);

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan StallTime { get; set; } = TimeSpan.FromMinutes(15);

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromHours(2);

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? Timeout { get; set; }

    [Parameter]
    public string? LogPath { get; set; }

    private protected override ConfirmImpact? Impact => OnFinish == VastFinishAction.Remove ? ConfirmImpact.High : ConfirmImpact.Medium;

    private RunFinish Finish => new(
        ReceivePath,
        Destination,
        new(OnFinish) { StopsOnTrouble = OnTrouble == VastTroubleAction.Stop, IsDiscarding = Discard, IsForced = Force },
        KeyPath);

    private WatchOptions Options => new(ValidationPeriod, PollInterval, StallTime, LostAfter)
    {
        AbortIf = [.. AbortIf.Select(r => MetricCondition.Parse(r, nameof(AbortIf)))],
        ExpectedStepTime = ExpectedStepTime,
        Timeout = Timeout,
        Log = _log,
        Thresholds = ThresholdInput.Of(Threshold, nameof(Threshold)),
        KeyPath = KeyPath,
    };

    private protected override void Begin()
    {
        base.Begin();
        Destination = this.Resolve(Destination)!;
        Check.That(
            ReceivePath.Length > 0 || !MyInvocation.BoundParameters.ContainsKey(nameof(Destination)),
            Destination,
            nameof(Destination),
            "nothing is to be received",
            "-ReceivePath out");
        Check.RemotePaths(ReceivePath, nameof(ReceivePath));
        WatchInput.Demand(Options);
        _log = this.Resolve(LogPath) is { } path ? new AppendedFile(path) : null;
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            _list.Add(run);
        }
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        await new WatchFlow(Services, _list, Options, Finish, lane).RunAsync(stop);

        // Last: where errors stop the pipeline, nothing is watched or under way any more that they could stop.
        WriteFailures(lane, _list.Failures);
    }

    private protected override string? LastWords(bool stopped) => _list.LastWords;
}
