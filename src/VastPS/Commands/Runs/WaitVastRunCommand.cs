using System.Collections.Concurrent;
using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Rules;
using VastPS.Runs;
using VastPS.Store;

namespace VastPS.Commands.Runs;

/// <summary>Watches runs until each has an outcome. It looks and never restarts anything.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastRun))]
public sealed class WaitVastRunCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByRunId = "ByRunId";

    private readonly ConcurrentDictionary<string, RunRecord> _watched = new();

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    public string[] RunId { get; set; } = [];

    [Parameter]
    public VastFinishAction OnFinish { get; set; } = VastFinishAction.Keep;

    [Parameter]
    public string[] AbortIf { get; set; } = [];

    [Parameter]
    [DurationTransform]
    public TimeSpan? ExpectedStepTime { get; set; }

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
    public int LostAfter { get; set; } = 5;

    [Parameter]
    public string? KeyPath { get; set; }

    private WatchWish Wish => new(ValidationPeriod, PollInterval, StallTime, LostAfter)
    {
        AbortIf = [.. AbortIf.Select(r => MetricCondition.Parse(r, nameof(AbortIf)))],
        ExpectedStepTime = ExpectedStepTime,
        KeyPath = KeyPath,
    };

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(PollInterval, nameof(PollInterval));
        Check.Positive(StallTime, nameof(StallTime));
        Check.Positive(ExpectedStepTime ?? PollInterval, nameof(ExpectedStepTime));
        Check.InRange(LostAfter, 1, 1000, nameof(LostAfter));
        _ = Wish;
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in RunInput.Find(World.Api.Server, Name, RunId, lane.Error))
        {
            _watched[run.RunId] = run;
        }

        return Task.CompletedTask;
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        RunRecord[] all = [.. _watched.Values.OrderBy(r => r.StartedAt)];
        bool act = OnFinish != VastFinishAction.Keep && all.Length > 0
            && await lane.ConfirmAsync(string.Join(", ", all.Select(r => r.Name)), Texts.OnFinishAction(OnFinish, all.Select(r => r.InstanceId).Distinct()));
        if (all.Any(r => r.End is null))
        {
            lane.Warn(Texts.WatchingRuns(all));
        }

        await Task.WhenAll(all.GroupBy(r => r.InstanceId).Select(box => WatchBoxAsync([.. box], act, lane, stop)));
    }

    private protected override string? LastWords(bool stopped) =>
        _watched.IsEmpty ? null : Texts.NoLongerWatched([.. _watched.Values.Select(r => r.Name)]);

    // The box is stopped or removed only when the last of its runs has an outcome.
    private async Task WatchBoxAsync(RunRecord[] runs, bool act, ILane lane, CancellationToken stop)
    {
        VastRun[] ended = await Task.WhenAll(runs.Select(async run => await World.Watching.WatchAsync(
            run, Wish, seen => lane.Progress(Texts.Watching(_watched.Count), seen.ToString()), text => lane.Warn($"{run.Name}: {text}"), stop)));
        string? done = null;
        try
        {
            done = act ? await World.Finishing.FinishAsync(runs, OnFinish, stop) : null;
        }
        catch (VastException e)
        {
            lane.Error(e);
        }

        foreach (VastRun run in ended)
        {
            _watched.TryRemove(run.RunId, out _);
            lane.Write(done is null ? run : run.With(done));
        }
    }
}
