using System.Collections;
using System.Management.Automation;
using VastPS.Basics;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Watches runs until each has an outcome. It never restarts anything, and changes only what was agreed to.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(VastRun))]
public sealed class WaitVastRunCommand : VastRunCmdlet
{
    private readonly WatchList _list = new();
    private AppendedFile? _log;

    [Parameter]
    public VastFinishAction OnFinish { get; set; } = VastFinishAction.Keep;

    [Parameter]
    public VastTroubleAction OnTrouble { get; set; } = VastTroubleAction.Keep;

    [Parameter]
    public SwitchParameter Discard { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public string[] ReceivePath { get; set; } = [];

    [Parameter]
    public string Destination { get; set; } = ".";

    [Parameter]
    public string[] AbortIf { get; set; } = [];

    [Parameter]
    [DurationTransform]
    public TimeSpan? ExpectedStepTime { get; set; }

    [Parameter]
    public IDictionary Threshold { get; set; } = new Hashtable();

    [Parameter]
    [DurationTransform]
    public TimeSpan ValidationPeriod { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    [DurationTransform]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(30);

    [Parameter]
    [DurationTransform]
    public TimeSpan StallTime { get; set; } = TimeSpan.FromMinutes(15);

    [Parameter]
    [DurationTransform]
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromHours(2);

    [Parameter]
    [DurationTransform]
    public TimeSpan? Timeout { get; set; }

    [Parameter]
    public string? LogPath { get; set; }

    private protected override ConfirmImpact? Impact => OnFinish == VastFinishAction.Remove ? ConfirmImpact.High : ConfirmImpact.Medium;

    private FinishTerms Terms =>
        new(OnFinish) { StopsOnTrouble = OnTrouble == VastTroubleAction.Stop, IsDiscarding = Discard, IsForced = Force };

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
        Check.Positive(PollInterval, nameof(PollInterval));
        Check.Positive(StallTime, nameof(StallTime));
        Check.Positive(ValidationPeriod == TimeSpan.Zero ? null : ValidationPeriod, nameof(ValidationPeriod));
        Check.Positive(ExpectedStepTime, nameof(ExpectedStepTime));
        Check.Positive(LostAfter, nameof(LostAfter));
        Check.Positive(Timeout, nameof(Timeout), Check.LongestTimerDays);
        TimeSpan least = Watcher.LeastTime(PollInterval);
        Check.That(
            !(Timeout < least), Timeout, nameof(Timeout), Texts.TooShortForALook(least), $"-Timeout {Duration.Format(least)}");
        _ = Options;
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
        var instances = new InstanceRound(Services.Api, [.. _list.All.Select(r => r.InstanceId).Distinct()], Services.Clock);
        var watch = new WatchFlow(Services, _list, Options, instances, lane);
        RunRecord[] all = _list.All;
        long[] boxes = [.. all.Select(r => r.InstanceId).Distinct()];
        bool hasRules = AbortIf.Length > 0 || all.Any(r => r.IsOpen && r.AbortIf.Count > 0);
        bool act = (hasRules || OnTrouble != VastTroubleAction.Keep || OnFinish != VastFinishAction.Keep || ReceivePath.Length > 0)
            && all.Length > 0
            && await lane.ConfirmAsync(
                string.Join(", ", all.Select(r => r.Name)), Texts.OnFinishAction(Terms, hasRules, boxes, ReceivePath, Destination));
        if (act && ReceivePath.Length > 0)
        {
            ResultsFlow.DemandFolder(Destination);
        }

        if (act && !Force && (OnFinish != VastFinishAction.Keep || OnTrouble != VastTroubleAction.Keep))
        {
            await watch.LetGoOfForeignAsync(stop);
            all = _list.All;
        }

        if (all.Any(r => r.End is null))
        {
            lane.Warn(Texts.WatchingRuns(all));
        }

        await watch.RunAsync(id => act ? Finish(id, boxes.Length) : null, stop);

        // Last: where errors stop the pipeline, nothing is watched or under way any more that they could stop.
        WriteFailures(lane, _list.Failures);
    }

    private protected override string? LastWords(bool stopped) => _list.LastWords;

    // Two boxes have their results under the same names.
    private RunFinish Finish(long instanceId, int boxes) =>
        new(ReceivePath, boxes == 1 ? Destination : Path.Combine(Destination, $"{instanceId}"), Terms, KeyPath);
}
