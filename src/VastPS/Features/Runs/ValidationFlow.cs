using System.Globalization;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>How to look.</summary>
/// <param name="SampleTime">How long GPUs and steps are looked at.</param>
/// <param name="Thresholds">How far a term may be off.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record ValidationOptions(TimeSpan SampleTime, Thresholds Thresholds, string? KeyPath);

/// <summary>One look at a run that goes on: measures it, holds it against its estimate, and notes the estimate as revised.</summary>
internal sealed class ValidationFlow(VastApiClient api, InstanceConnections connections, EvidenceService evidence, TimeProvider clock)
{
    // The first minutes tell the rest within a tenth; answers of a policy grow while it learns.
    private const double Margin = 1.1;
    private const double LearningMargin = 1.25;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Each term with its verdict; RunHasEnded where there is nothing to measure any more.</summary>
    public async Task<IReadOnlyList<VastContradiction>> TestAsync(RunRecord run, ValidationOptions options, CancellationToken stop)
    {
        VastInstance instance = await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false)
            ?? throw new VastException(VastReason.InstanceNotFound, run.InstanceId);
        await using ISshLink link = await connections.ConnectAsync(instance, options.KeyPath, stop).ConfigureAwait(false);
        var log = new LogTail(SpreadRule.EnoughMetrics);
        await LookAsync(link, run, log, stop).ConfigureAwait(false);
        (long? first, DateTimeOffset then) = (LogPaceRule.Reached(log.Metrics), clock.GetUtcNow());
        Measured measured = Measured.Read(
            await AnswerAsync(link, run, RunScripts.Measure(options.SampleTime, run.CheckpointPath), options.SampleTime + s_limit, stop)
                .ConfigureAwait(false));
        IReadOnlyList<VastRunCheckpoint> saved = run.CheckpointPath is { } path
            ? await CheckpointFlow.FindAsync(link, run.RunId, run.InstanceId, path, stop).ConfigureAwait(false)
            : [];
        BoxRun seen = await LookAsync(link, run, log, stop).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();

        InstanceEvidence noted = evidence.About(run.InstanceId);

        // A new checkpoint is written before the oldest is deleted.
        ValidationPlan plan = Plan(run, instance, noted.Estimate?.Workload) with
        {
            CheckpointsToCome = noted.Estimate?.Workload?.KeepCheckpoints is { } kept ? Math.Max(0, kept + 1 - saved.Count) : null,
        };
        var facts = new ValidationFacts
        {
            Elapsed = now - run.StartedAt,
            Reached = LogPaceRule.Reached(log.Metrics),
            Step = LogPaceRule.Measure(log.Metrics, first, now - then, now - run.StartedAt),
            Vram = GpuLines.Fullest(measured.Gpus),
            GpuPercent = GpuLines.MeanPercent(measured.Gpus),
            Ram = measured.Ram,
            Shm = measured.Shm,
            Disk = measured.Disk,
            OomKills = seen.OomKills,
            Checkpoint = saved.FirstOrDefault(c => c.State == VastCheckpointState.Complete),
            HasCheckpointPath = run.CheckpointPath is not null,
            Training = AbortRules.Judge(log.Metrics, run.Kind),
            TrainingValues = log.Metrics.Count,
            Terms =
            [
                .. TrainingTermsRule.Measure(log.Metrics, now - run.StartedAt, run.Kind, noted.Estimate?.Workload),
                .. measured.Throttled(),
            ],
        };
        IReadOnlyList<TermFinding> found = ValidationRule.Judge(plan, facts, options.Thresholds);
        if (noted.Estimate is { } estimate && facts.Step is { IsAtMost: false })
        {
            await evidence.NoteAsync(run.InstanceId, Revised(run, instance, estimate, plan, facts, now), stop).ConfigureAwait(false);
        }

        return [.. found.Select(f => View(f, run, options.Thresholds))];
    }

    // What the next start and the next estimate are held against.
    private static Evidence Revised(
        RunRecord run, VastInstance instance, Evidence estimate, ValidationPlan plan, ValidationFacts facts, DateTimeOffset now)
    {
        double margin = run.Kind == VastTrainingKind.Reinforcement ? LearningMargin : Margin;
        MeasuredStep step = facts.Step!;
        TimeSpan? whole = ValidationRule.Projected(plan, facts);
        double? peak = facts.Vram?.UsedMiB / 1024;
        return estimate with
        {
            At = now,
            Detail = string.Create(
                CultureInfo.InvariantCulture, $"revised by a look at {run.Name}: a step takes {Duration.Format(step.Time)} ({step.How})"),
            Pace = new RunPace
            {
                StepTime = step.Time,
                WorstStepTime = step.Time * margin,
                RunTime = whole ?? estimate.Pace?.RunTime,
                WorstRunTime = whole * margin ?? estimate.Pace?.WorstRunTime,
                Steps = estimate.Pace?.Steps,
                PeakVramGiB = peak > plan.Pace.PeakVramGiB ? peak : plan.Pace.PeakVramGiB,
            },
            Measured = MeasuredRun.On(instance, estimate.Workload, step.Time) is { } shown ? shown with { PeakVramGiB = peak } : null,
        };
    }

    private static ValidationPlan Plan(RunRecord run, VastInstance instance, VastWorkload? work)
    {
        RunPace pace = run.Pace ?? new RunPace();
        var plan = new ValidationPlan(pace)
        {
            PricePerHour = run.PricePerHour,
            Contract = instance.ContractEnd - run.StartedAt,
            DownMbps = TimeModel.AssumedMbps(Machine.Of(instance)),
        };
        if (work is null)
        {
            return plan;
        }

        VastRunFit fit = new RunFitter(work).Judge(Machine.Of(instance));
        return plan with
        {
            Pace = pace.PeakVramGiB is null ? pace with { PeakVramGiB = fit.Vram.RequiredGiB.Base } : pace,
            RamGiB = fit.Ram.RequiredGiB.Base,
            CheckpointGB = work.Trains() ? new DiskModel(work, Math.Max(1, instance.GpuCount ?? 1)).CheckpointBytes() / Bytes.GB : null,
            CheckpointInterval = work.CheckpointInterval,
        };
    }

    private async Task<BoxRun> LookAsync(ISshLink link, RunRecord run, LogTail log, CancellationToken stop)
    {
        string script = RunScripts.Watch(run.RunId, log.Offset, LogTail.PieceBytes, run.CheckpointPath);
        string said = await AnswerAsync(link, run, script, s_limit, stop).ConfigureAwait(false);
        BoxReport report = BoxReport.Read(said)!;
        BoxRun? seen = report.Runs.FirstOrDefault(r => r.RunId == run.RunId);
        if (seen is not { StartedAt: not null } || RunView.End(run, report, seen, clock.GetUtcNow()) is not null)
        {
            throw new VastException(VastReason.RunHasEnded, run.Name);
        }

        log.Add(report.BytesFrom, report.Bytes, isLast: false);
        return seen;
    }

    private static async Task<string> AnswerAsync(ISshLink link, RunRecord run, string script, TimeSpan limit, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(script) { Timeout = limit }, stop).ConfigureAwait(false);
        return ran.Stdout.EndsWith("\nwhole=1\n", StringComparison.Ordinal)
            ? ran.Stdout
            : throw new VastException(
                VastReason.RunLogUnreadable, run.RunId, ran.TimedOut ? "the box did not answer in time" : ran.Stderr.Trim());
    }

    private static VastContradiction View(TermFinding found, RunRecord run, Thresholds thresholds)
    {
        Threshold? threshold = thresholds.Find(found.Term);
        Bound? bound = threshold is null ? null
            : threshold.Low.Replan is not null && found.Measured < found.Estimated ? threshold.Low
            : threshold.Harm;
        return new VastContradiction
        {
            RunId = run.RunId,
            InstanceId = run.InstanceId,
            Term = found.Term,
            Estimated = found.Estimated,
            Measured = found.Measured,
            Unit = threshold?.Unit ?? "",
            ReplanThreshold = bound?.Replan,
            ContradictedThreshold = bound?.Contradicted,
            Verdict = found.Verdict,
            Why = found.Why,
        };
    }

    /// <summary>The answer of measure.sh.</summary>
    private sealed record Measured(IReadOnlyList<string> Gpus, Share? Ram, Share? Shm, Share? Disk)
    {
        private IReadOnlyList<string> Slowed { get; init; } = [];

        /// <summary>How often a GPU slowed down for heat or power; nothing where none says it.</summary>
        public IEnumerable<TrainingTerm> Throttled()
        {
            string[] told = [.. Slowed.Where(s => s.Contains("ctive", StringComparison.Ordinal))];
            double percent = 100.0 * told.Count(s => s.Split(',').Any(w => w.Trim() == "Active")) / Math.Max(1, told.Length);
            return told.Length == 0
                ? []
                : [new("Throttled", percent, FormattableString.Invariant($"in {percent:0} % of the samples a GPU slowed down for heat or power"))];
        }

        public static Measured Read(string answer)
        {
            ILookup<string, string> said =
                answer.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
            return new Measured([.. said["gpu"]], Part(said["ram"]), Part(said["shm"]), Part(said["disk"]))
            {
                Slowed = [.. said["slow"]],
            };
        }

        private static Share? Part(IEnumerable<string> lines) =>
            lines.FirstOrDefault()?.Split(' ') is [var used, var whole]
                && double.TryParse(used, NumberStyles.Float, CultureInfo.InvariantCulture, out double u)
                && double.TryParse(whole, NumberStyles.Float, CultureInfo.InvariantCulture, out double w) && w > 0
                ? new Share(u, w)
                : null;
    }
}
