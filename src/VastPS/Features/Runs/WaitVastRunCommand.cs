using System.Collections.Concurrent;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Watches runs until each has an outcome. It looks and never restarts anything.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Run, DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastRun))]
public sealed class WaitVastRunCommand : VastRunCmdlet
{
    private readonly ConcurrentDictionary<string, RunRecord> _watched = new();

    [Parameter]
    public VastFinishAction OnFinish { get; set; } = VastFinishAction.Keep;

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

    private WatchWish Wish => new(ValidationPeriod, PollInterval, StallTime, LostAfter)
    {
        AbortIf = [.. AbortIf.Select(r => MetricCondition.Parse(r, nameof(AbortIf)))],
        ExpectedStepTime = ExpectedStepTime,
        KeyPath = KeyPath,
    };

    private protected override void Begin()
    {
        base.Begin();
        Destination = this.Resolve(Destination)!;
        Check.That(ReceivePath.Length > 0 || !MyInvocation.BoundParameters.ContainsKey(nameof(Destination)), Destination, nameof(Destination), "nothing is to be received", "-ReceivePath out");
        Check.RemotePaths(ReceivePath, nameof(ReceivePath));
        Check.Positive(PollInterval, nameof(PollInterval));
        Check.Positive(StallTime, nameof(StallTime));
        Check.Positive(ValidationPeriod == TimeSpan.Zero ? null : ValidationPeriod, nameof(ValidationPeriod));
        Check.Positive(ExpectedStepTime, nameof(ExpectedStepTime));
        Check.InRange(LostAfter, 1, 1000, nameof(LostAfter));
        _ = Wish;
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            _watched[run.RunId] = run;
        }
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        RunRecord[] all = [.. _watched.Values.OrderBy(r => r.StartedAt)];
        long[] boxes = [.. all.Select(r => r.InstanceId).Distinct()];
        bool act = (OnFinish != VastFinishAction.Keep || ReceivePath.Length > 0) && all.Length > 0
            && await lane.ConfirmAsync(string.Join(", ", all.Select(r => r.Name)), Texts.OnFinishAction(OnFinish, boxes, ReceivePath, Destination));
        if (act && ReceivePath.Length > 0)
        {
            ResultsFlow.DemandFolder(Destination);
        }

        if (all.Any(r => r.End is null))
        {
            lane.Warn(Texts.WatchingRuns(all));
        }

        await Task.WhenAll(all.GroupBy(r => r.InstanceId).Select(box => WatchBoxAsync([.. box], act ? Finish(box.Key, boxes.Length) : null, lane, stop)));
    }

    private protected override string? LastWords(bool stopped) =>
        _watched.Values.Where(r => r.IsOpen).Select(r => r.Name).ToArray() is { Length: > 0 } left ? Texts.NoLongerWatched(left) : null;

    // Two boxes have their results under the same names.
    private RunFinish Finish(long instanceId, int boxes) =>
        new(ReceivePath, boxes == 1 ? Destination : Path.Combine(Destination, $"{instanceId}"), OnFinish, KeyPath);

    // The box is stopped or removed only when the last of its runs has an outcome, and its results are here.
    private async Task WatchBoxAsync(RunRecord[] runs, RunFinish? finish, ILane lane, CancellationToken stop)
    {
        VastRun[] ended = [.. (await Task.WhenAll(runs.Select(run => WatchAsync(run, lane, stop)))).OfType<VastRun>()];
        (IReadOnlyList<string> facts, IReadOnlyList<VastException> errors) =
            finish is null || ended.Length < runs.Length ? ([], []) : await finish.RunAsync(World, runs, lane, stop);
        foreach (VastRun run in ended)
        {
            _watched.TryRemove(run.RunId, out _);
            lane.Write(run.With(facts));
        }

        // After the results: where errors stop the pipeline, they are out.
        foreach (VastException error in errors)
        {
            lane.Error(error);
        }
    }

    // Null where the watching could not begin; the other runs are watched all the same.
    private async Task<VastRun?> WatchAsync(RunRecord run, ILane lane, CancellationToken stop)
    {
        try
        {
            return await World.Watching.WatchAsync(
                run, Wish, seen => lane.Progress(Texts.Watching(_watched.Count), seen.ToString()), text => lane.Warn($"{run.Name}: {text}"), stop);
        }
        catch (VastException e)
        {
            lane.Error(e);
            return null;
        }
    }
}
