using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What was seen of a run while it goes on; null is not known.</summary>
internal sealed record ValidationFacts
{
    /// <summary>How long it goes on.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The last step that was seen.</summary>
    public long? Reached { get; init; }

    public MeasuredStep? Step { get; init; }

    /// <summary>The most memory in use of the GPU that is fullest, and what that GPU has.</summary>
    public GpuMemory? Vram { get; init; }

    /// <summary>Mean use of all GPUs in percent.</summary>
    public double? GpuPercent { get; init; }

    public Share? Ram { get; init; }

    /// <summary>Processes that the kernel killed for memory since the start.</summary>
    public long? OomKills { get; init; }

    public Share? Shm { get; init; }

    public Share? Disk { get; init; }

    /// <summary>The newest whole checkpoint.</summary>
    public VastRunCheckpoint? Checkpoint { get; init; }

    /// <summary>False where nobody said where checkpoints are saved.</summary>
    public bool HasCheckpointPath { get; init; }

    /// <summary>A default rule about the training that speaks against it.</summary>
    public Contradiction? Training { get; init; }

    /// <summary>How many values of the training were read.</summary>
    public int TrainingValues { get; init; }

    /// <summary>What the log tells besides; and what the GPUs tell of themselves.</summary>
    public IReadOnlyList<TrainingTerm> Terms { get; init; } = [];
}

/// <summary>A measured step time.</summary>
/// <param name="Time">Of one step.</param>
/// <param name="How">What it rests on.</param>
/// <param name="IsAtMost">True where it holds what went before the first step as well: it can only clear an estimate.</param>
internal sealed record MeasuredStep(TimeSpan Time, string How, bool IsAtMost = false)
{
    /// <summary>What it is at least, whatever noise did: only this contradicts an estimate as too slow.</summary>
    public TimeSpan AtLeast { get; init; } = Time;
}

/// <summary>Memory of a GPU.</summary>
internal sealed record GpuMemory(double UsedMiB, double? TotalMiB);

/// <summary>A part of a whole, in bytes.</summary>
internal sealed record Share(double Used, double Whole)
{
    public double UsedPercent => Used / Whole * 100;
}

/// <summary>What was planned.</summary>
internal sealed record ValidationPlan(RunPace Pace)
{
    public decimal PricePerHour { get; init; }

    /// <summary>How long the contract of the instance lasts from the start of the run.</summary>
    public TimeSpan? Contract { get; init; }

    public double? RamGiB { get; init; }

    /// <summary>What one checkpoint should take.</summary>
    public double? CheckpointGB { get; init; }

    /// <summary>Steps between two checkpoints.</summary>
    public int? CheckpointInterval { get; init; }

    /// <summary>How many more checkpoints the disk has to hold at once; null where nobody said.</summary>
    public long? CheckpointsToCome { get; init; }

    public double? DownMbps { get; init; }
}

/// <summary>One term.</summary>
/// <param name="Term">As in the table of thresholds.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Why">One line for people.</param>
internal sealed record TermFinding(string Term, VastPaceVerdict Verdict, string Why)
{
    public double? Estimated { get; init; }

    public double? Measured { get; init; }

    /// <summary>True where more than was planned is used: what is less costs nothing, and ends no watch.</summary>
    public bool IsOver => Measured > Estimated;
}

/// <summary>
/// Holds a run against its estimate, term by term. The same rule judges one look of Test-VastRun and the first minutes of a
/// watch; what could not be measured, or has nothing to be held against, is Unknown and decides nothing.
/// </summary>
internal static class ValidationRule
{
    /// <summary>All terms, in the order of the table; those that only some logs tell, where this one does.</summary>
    public static IReadOnlyList<TermFinding> Judge(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds) =>
    [
        Step(plan, facts, thresholds), Whole(plan, facts, thresholds), Cost(plan, facts, thresholds), Rental(plan, facts, thresholds),
        PeakVram(plan, facts, thresholds),
        OfShare("VramShare", facts.Vram is { TotalMiB: > 0 and var all } v ? new Share(v.UsedMiB, all) : null, "GPU memory", thresholds),
        Ram(plan, facts, thresholds), OfShare("ShmShare", facts.Shm, "/dev/shm", thresholds),
        DiskFree(plan, facts, thresholds), CheckpointSize(plan, facts, thresholds), SaveShare(plan, facts, thresholds),
        CheckpointAge(facts, thresholds), GpuUse(facts, thresholds), Download(plan), Training(facts),
        .. facts.Terms.Select(t => OfTraining(t, thresholds)),
    ];

    private static TermFinding OfTraining(TrainingTerm term, Thresholds thresholds)
    {
        VastPaceVerdict verdict = term.Value > term.Limit ? VastPaceVerdict.Contradicted : thresholds[term.Term].Judge(term.Value);
        return new TermFinding(
            term.Term, verdict == VastPaceVerdict.Contradicted && !term.IsCertain ? VastPaceVerdict.Replan : verdict, term.Why)
        { Measured = term.Value };
    }

    private static TermFinding Step(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        const string Term = "StepTime";
        double? estimated = plan.Pace.StepTime?.TotalSeconds;
        if (facts.Step is not { } step)
        {
            return Unknown(Term, "too few steps were seen in the log", estimated);
        }

        double measured = step.Time.TotalSeconds;
        if (PaceRule.OfStep(plan.Pace, step.Time, thresholds) is not { } verdict)
        {
            return Unknown(Term, $"{step.How}; nobody estimated it", null, measured);
        }

        if (verdict == VastPaceVerdict.Contradicted && step.Time > plan.Pace.StepTime
            && (step.AtLeast <= plan.Pace.StepTime || PaceRule.OfStep(plan.Pace, step.AtLeast, thresholds) != VastPaceVerdict.Contradicted))
        {
            verdict = VastPaceVerdict.Replan;
        }

        string expected = Duration.Format(plan.Pace.StepTime!.Value);

        // With what went before it, a step may look slow and be none.
        return step.IsAtMost && verdict != VastPaceVerdict.Ok
            ? Unknown(Term, $"{step.How}; that includes the start, so it says nothing yet", estimated, measured)
            : new TermFinding(
                Term,
                verdict,
                FormattableString.Invariant(
                    $"{step.How}: a step takes {Duration.Format(step.Time)}, {measured / estimated:0.0#} times the expected {expected}"))
            { Estimated = estimated, Measured = measured };
    }

    /// <summary>The whole run as it goes; null where the steps or their time are not known.</summary>
    public static TimeSpan? Projected(ValidationPlan plan, ValidationFacts facts) => facts.Step is not { IsAtMost: false } step ? null
        : plan.Pace.Steps is { } steps && facts.Reached is { } reached ? facts.Elapsed + (step.Time * Math.Max(0, steps - reached))
        : PaceRule.Projected(plan.Pace, step.Time);

    private static TermFinding Whole(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        double? estimated = plan.Pace.RunTime?.TotalHours;
        return Projected(plan, facts) is not { } projected
            ? Unknown("RunTime", "steps to go or their time are not known", estimated)
            : plan.Pace.RunTime is not { } time
            ? Unknown("RunTime", $"the whole run will take {Duration.Format(projected)}; nobody estimated it", null, projected.TotalHours)
            : new TermFinding("RunTime", PaceRule.OfWhole(plan.Pace, projected, thresholds),
                $"the whole run will take {Duration.Format(projected)} instead of {Duration.Format(time)}"
                + (plan.Pace.WorstRunTime is { } worst ? $", at worst {Duration.Format(worst)}" : ""))
            { Estimated = estimated, Measured = projected.TotalHours };
    }

    private static TermFinding Cost(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        double perHour = (double)plan.PricePerHour;
        double? estimated = plan.Pace.RunTime?.TotalHours * perHour, worst = plan.Pace.WorstRunTime?.TotalHours * perHour;
        double? measured = Projected(plan, facts)?.TotalHours * perHour;
        return perHour <= 0 ? Unknown("Cost", "the price of the instance is not known")
            : measured is not { } cost ? Unknown("Cost", "steps to go or their time are not known", estimated)
            : estimated is not > 0 ? Unknown("Cost", "nobody estimated it", null, cost)
            : new TermFinding(
                "Cost",
                cost > worst ? VastPaceVerdict.Contradicted : thresholds["Cost"].Judge(cost / estimated.Value),
                FormattableString.Invariant($"the run will cost {cost:0.00} USD instead of {estimated:0.00} USD, without traffic"))
            { Estimated = estimated, Measured = cost };
    }

    private static TermFinding Rental(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds) =>
        plan.Contract is not { } contract ? Unknown("RentalEnd", "the server names no end of the contract")
        : Projected(plan, facts) is not { } projected
            ? Unknown("RentalEnd", "steps to go or their time are not known", contract.TotalHours)
        : new TermFinding(
            "RentalEnd",
            contract <= TimeSpan.Zero ? VastPaceVerdict.Contradicted : thresholds["RentalEnd"].Judge(projected / contract),
            $"the run will take {Duration.Format(projected)}, and the contract ends {Duration.Format(contract)} after its start")
        { Estimated = contract.TotalHours, Measured = projected.TotalHours };

    private static TermFinding PeakVram(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        double? measured = facts.Vram?.UsedMiB / 1024;
        return OfEstimate(
            "PeakVram",
            (plan.Pace.PeakVramGiB, measured),
            gib => FormattableString.Invariant($"the fullest GPU has {gib:0.###} GiB in use"),
            "nvidia-smi does not tell it",
            thresholds);
    }

    private static TermFinding Ram(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        TermFinding share = OfShare("RamShare", facts.Ram, "system memory", thresholds);
        return facts.OomKills is > 0 and var kills
            ? share with
            {
                Verdict = VastPaceVerdict.Contradicted,
                Why = FormattableString.Invariant($"the kernel killed {kills} processes for memory since the start; {share.Why}"),
            }
            : plan.RamGiB is { } planned
            ? share with { Why = share.Why + string.Create(CultureInfo.InvariantCulture, $"; {planned:0.0} GiB were estimated") }
            : share;
    }

    // What is still to be saved needs room as well.
    private static TermFinding DiskFree(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        if (facts.Disk is not { Whole: > 0 } disk)
        {
            return Unknown("DiskFree", "the box does not tell how full its disk is");
        }

        double each = facts.Checkpoint?.SizeGB ?? plan.CheckpointGB ?? 0;
        double planned = (plan.CheckpointsToCome ?? 0) * each * Bytes.GB;
        double free = 100 - ((disk.Used + planned) / disk.Whole * 100);
        return new TermFinding(
            "DiskFree",
            thresholds["DiskFree"].Judge(free),
            FormattableString.Invariant($"{100 - disk.UsedPercent:0} % of the disk are free")
            + (planned > 0 ? FormattableString.Invariant($", and {free:0} % after {plan.CheckpointsToCome} more checkpoints") : ""))
        { Measured = free };
    }

    private static TermFinding CheckpointSize(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds) => OfEstimate(
        "CheckpointSize",
        (plan.CheckpointGB, facts.Checkpoint?.SizeGB),
        gb => FormattableString.Invariant($"the newest checkpoint has {gb:0.###} GB"),
        NoCheckpoint(facts),
        thresholds);

    private static TermFinding SaveShare(ValidationPlan plan, ValidationFacts facts, Thresholds thresholds)
    {
        const string Term = "SaveShare";
        if (facts.Checkpoint is null)
        {
            return Unknown(Term, NoCheckpoint(facts));
        }

        if (facts.Checkpoint.SaveTime is not { } save)
        {
            return Unknown(Term, "the disk of the box does not keep when a file was born");
        }

        if (plan.CheckpointInterval is not { } steps || facts.Step is not { IsAtMost: false } step || step.Time <= TimeSpan.Zero)
        {
            return Unknown(Term, $"a checkpoint is saved in {Duration.Format(save)}; the steps between two are not known");
        }

        double percent = save / (save + (step.Time * steps)) * 100;
        return new TermFinding(
            Term,
            thresholds[Term].Judge(percent),
            FormattableString.Invariant($"a checkpoint is saved in {Duration.Format(save)}, once in {steps} steps"))
        { Measured = percent };
    }

    private static TermFinding CheckpointAge(ValidationFacts facts, Thresholds thresholds) => facts.Checkpoint is not { } newest
        ? Unknown("CheckpointAge", NoCheckpoint(facts))
        : new TermFinding(
            "CheckpointAge",
            thresholds["CheckpointAge"].Judge(newest.Age.TotalMinutes),
            $"{newest.Path} is {Duration.Format(newest.Age)} old")
        { Measured = newest.Age.TotalMinutes };

    private static TermFinding GpuUse(ValidationFacts facts, Thresholds thresholds) => facts.GpuPercent is not { } percent
        ? Unknown("GpuUse", "not all GPUs say whether they work")
        : new TermFinding(
            "GpuUse", thresholds["GpuUse"].Judge(percent), FormattableString.Invariant($"the GPUs were in use for {percent:0} %"))
        { Measured = percent };

    // To measure it would take from the run what it measures.
    private static TermFinding Download(ValidationPlan plan) =>
        Unknown("Download", "it is not measured while a run goes on; Test-VastBandwidth does", plan.DownMbps);

    private static TermFinding Training(ValidationFacts facts) => facts.Training is { } wrong
        ? new TermFinding("Training", VastPaceVerdict.Contradicted, wrong.Why)
        : facts.TrainingValues == 0
        ? Unknown("Training", "no value of the training was read in the log")
        : new TermFinding(
            "Training", VastPaceVerdict.Ok, FormattableString.Invariant($"{facts.TrainingValues} values speak against nothing"));

    private static TermFinding OfEstimate(
        string term, (double? Estimated, double? Measured) values, Func<double, string> tell, string missing, Thresholds thresholds)
    {
        if (values.Measured is not { } measured)
        {
            return Unknown(term, missing, values.Estimated);
        }

        return values.Estimated is not > 0
            ? Unknown(term, tell(measured) + "; nobody estimated it", null, measured)
            : new TermFinding(
                term,
                thresholds[term].Judge(measured / values.Estimated.Value),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tell(measured)}, {measured / values.Estimated:0.0#} times the estimated {values.Estimated:0.###}"))
            { Estimated = values.Estimated, Measured = measured };
    }

    private static TermFinding OfShare(string term, Share? share, string what, Thresholds thresholds) => share is not { Whole: > 0 }
        ? Unknown(term, $"the box does not tell how much of its {what} is in use")
        : new TermFinding(
            term,
            thresholds[term].Judge(share.UsedPercent),
            FormattableString.Invariant($"{share.UsedPercent:0} % of its {what} are in use"))
        { Measured = share.UsedPercent };

    private static string NoCheckpoint(ValidationFacts facts) =>
        facts.HasCheckpointPath ? "no whole checkpoint is there yet" : "nobody said where checkpoints are saved";

    private static TermFinding Unknown(string term, string why, double? estimated = null, double? measured = null) =>
        new(term, VastPaceVerdict.Unknown, why) { Estimated = estimated, Measured = measured };
}
