using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>Each term at both sides of its thresholds; what is not known decides nothing.</summary>
public sealed class ValidationRuleTests
{
    private static readonly ValidationPlan s_plan = new(new RunPace
    {
        StepTime = TimeSpan.FromSeconds(1),
        WorstStepTime = TimeSpan.FromSeconds(1.6),
        RunTime = TimeSpan.FromHours(1),
        WorstRunTime = TimeSpan.FromHours(2),
        Steps = 3600,
        PeakVramGiB = 10,
    })
    {
        PricePerHour = 0.5m,
        Contract = TimeSpan.FromHours(10),
        CheckpointGB = 2,
        CheckpointInterval = 100,
        CheckpointsToCome = 2,
        DownMbps = 500,
    };

    private static readonly string[] s_terms =
    [
        "StepTime", "RunTime", "Cost", "RentalEnd", "PeakVram", "VramShare", "RamShare", "ShmShare", "DiskFree", "CheckpointSize",
        "SaveShare", "CheckpointAge", "GpuUse", "Download", "Training",
    ];

    [Fact]
    public void The_table_holds_every_term_that_has_numbers() =>
        Assert.Equal(s_terms.Except(["Training"]), Thresholds.Default.Terms.Take(s_terms.Length - 1));

    /// <summary>What only some logs tell, or is measured before a run: a value that is well, an odd one, one that contradicts.</summary>
    public static TheoryData<string, double, double, double?> Rest => new()
    {
        { "StepSpread", 1.4, 1.6, 3.1 },
        { "StepDrift", 1.09, 1.11, 1.26 },
        { "StepsDone", 10, 9, 0 },
        { "VramGrowth", 1.9, 2.1, 5.1 },
        { "AllocRetries", 0, 1, null },
        { "LongestSequence", 95, 94, null },
        { "CheckpointReload", 1, 0.9, 0 },
        { "ComputeShare", 0.7, 0.69, 0.49 },
        { "Matmul", 60, 59, 39 },
        { "MemoryBandwidth", 70, 69, 49 },
        { "Throttled", 0, 1, 31 },
        { "GpuMemory", 100, 99, 97 },
        { "ForeignMemory", 15, 16, 301 },
        { "LinkBandwidth", 70, 69, 49 },
        { "DiskWrite", 40, 39, 19 },
        { "LossFalls", 90, 89, null },
        { "LossRise", 1.1, double.NaN, 1.11 },
        { "FirstLoss", 5, 5.1, null },
        { "LeastLoss", 0.05, 0.04, 0 },
        { "GradNorm", 10, 10.1, 101 },
        { "LearningRateZero", 0, 1, 100 },
        { "RewardSame", 80, double.NaN, 81 },
        { "KlOverTarget", 2, 2.1, 10.1 },
        { "Truncated", 30, 31, 71 },
        { "CompletionLength", 1, 2.1, 0 },
        { "GenerationShare", 70, 71, 91 },
        { "SampleTokens", 1.15, 1.16, 1.41 },
        { "TrainedParameters", 1.05, 0.94, 0.49 },
        { "Padding", 30, 31, 61 },
        { "Unsupported", 0, double.NaN, 1 },
        { "Restarts", 0, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Rest))]
    public void Each_row_of_the_table_has_its_bounds(string term, double well, double odd, double? wrong)
    {
        VastPaceVerdict? Judged(double value) =>
            Of(term, new() { Terms = [new TrainingTerm(term, value, "")] }).Verdict;
        Assert.Equal(VastPaceVerdict.Ok, Judged(well));
        Assert.Equal(double.IsNaN(odd) ? VastPaceVerdict.Ok : VastPaceVerdict.Replan, Judged(odd));
        Assert.Equal(wrong is null ? VastPaceVerdict.Ok : VastPaceVerdict.Contradicted, Judged(wrong ?? well));
    }

    [Fact]
    public void No_row_of_the_table_is_without_a_test() =>
        Assert.Equal(Thresholds.Default.Terms.Except(s_terms).Order(), Rest.Select(r => r.Data.Item1).Order());

    [Fact]
    public void What_may_be_otherwise_contradicts_nothing() => Assert.Equal(
        VastPaceVerdict.Replan, Of("VramGrowth", new() { Terms = [new TrainingTerm("VramGrowth", 9, "") { IsCertain = false }] }).Verdict);

    [Fact]
    public void What_could_not_be_measured_is_said_to_be_unknown_and_never_guessed()
    {
        IReadOnlyList<TermFinding> found = Judge(new ValidationFacts());
        Assert.Equal(s_terms, found.Select(f => f.Term));
        Assert.All(found, f => Assert.Equal((VastPaceVerdict.Unknown, null), (f.Verdict, f.Measured)));
        Assert.All(found, f => Assert.NotEmpty(f.Why));
    }

    [Theory]
    [InlineData(1.3, VastPaceVerdict.Ok)]
    [InlineData(1.31, VastPaceVerdict.Replan)]
    [InlineData(1.59, VastPaceVerdict.Replan)] // within the pessimistic step
    [InlineData(1.61, VastPaceVerdict.Contradicted)]
    [InlineData(0.59, VastPaceVerdict.Replan)]
    [InlineData(0.39, VastPaceVerdict.Contradicted)]
    public void A_step_time_is_held_against_base_and_pessimistic(double seconds, VastPaceVerdict verdict) =>
        Assert.Equal(verdict, Of("StepTime", Stepping(seconds)).Verdict);

    [Theory]
    [InlineData(1.2, VastPaceVerdict.Ok)] // the start is in it, and all the same it is fast enough
    [InlineData(3, VastPaceVerdict.Unknown)]
    public void A_step_time_with_the_start_in_it_can_only_clear(double seconds, VastPaceVerdict verdict)
    {
        var facts = new ValidationFacts { Step = new MeasuredStep(TimeSpan.FromSeconds(seconds), "", IsAtMost: true), Reached = 20 };
        Assert.Equal(verdict, Of("StepTime", facts).Verdict);
        Assert.Equal(VastPaceVerdict.Unknown, Of("RunTime", facts).Verdict);
    }

    [Theory]
    [InlineData(1.0, VastPaceVerdict.Ok, 1.0)]
    [InlineData(1.4, VastPaceVerdict.Replan, 1.4)]
    [InlineData(2.1, VastPaceVerdict.Contradicted, 2.1)]
    public void Whole_and_cost_follow_from_the_steps_to_go(double seconds, VastPaceVerdict verdict, double hours)
    {
        ValidationFacts facts = Stepping(seconds) with { Elapsed = TimeSpan.FromSeconds(600 * seconds), Reached = 600 };
        Assert.Equal((verdict, hours), (Of("RunTime", facts).Verdict, Math.Round(Of("RunTime", facts).Measured!.Value, 6)));
        Assert.Equal((verdict, hours / 2), (Of("Cost", facts).Verdict, Math.Round(Of("Cost", facts).Measured!.Value, 6)));
    }

    [Theory]
    [InlineData(7.9, VastPaceVerdict.Ok)]
    [InlineData(8.1, VastPaceVerdict.Replan)]
    [InlineData(10.1, VastPaceVerdict.Contradicted)]
    public void A_run_that_outlives_the_contract_contradicts(double hours, VastPaceVerdict verdict) =>
        Assert.Equal(verdict, Of("RentalEnd", Stepping(hours)).Verdict);

    [Theory]
    [InlineData(6.9, VastPaceVerdict.Replan)] // the longest batch was not seen yet
    [InlineData(11.9, VastPaceVerdict.Ok)]
    [InlineData(12.1, VastPaceVerdict.Replan)]
    [InlineData(14.4, VastPaceVerdict.Replan)]
    [InlineData(14.6, VastPaceVerdict.Contradicted)]
    public void Peak_memory_is_held_against_the_estimate(double gib, VastPaceVerdict verdict) =>
        Assert.Equal(verdict, Of("PeakVram", new() { Vram = new GpuMemory(gib * 1024, 24576) }).Verdict);

    [Theory]
    [InlineData("VramShare", 89, VastPaceVerdict.Ok)]
    [InlineData("VramShare", 91, VastPaceVerdict.Replan)]
    [InlineData("VramShare", 96, VastPaceVerdict.Contradicted)]
    [InlineData("RamShare", 79, VastPaceVerdict.Ok)]
    [InlineData("RamShare", 81, VastPaceVerdict.Replan)]
    [InlineData("RamShare", 93, VastPaceVerdict.Contradicted)]
    [InlineData("ShmShare", 69, VastPaceVerdict.Ok)]
    [InlineData("ShmShare", 71, VastPaceVerdict.Replan)]
    [InlineData("ShmShare", 96, VastPaceVerdict.Contradicted)]
    [InlineData("DiskFree", 80, VastPaceVerdict.Ok)] // 20 % free, 4 % of it for two more checkpoints of 2 GB
    [InlineData("DiskFree", 82, VastPaceVerdict.Replan)]
    [InlineData("DiskFree", 92, VastPaceVerdict.Contradicted)]
    public void Shares_have_their_bounds(string term, double percent, VastPaceVerdict verdict)
    {
        var part = new Share(percent * 1e9, 100e9);
        Assert.Equal(verdict, Of(term, new()
        {
            Vram = new GpuMemory(percent * 100, 10_000), Ram = part, Shm = part, Disk = part,
        }).Verdict);
    }

    [Fact]
    public void A_kernel_that_kills_for_memory_contradicts_whatever_is_in_use_now() =>
        Assert.Equal(VastPaceVerdict.Contradicted, Of("RamShare", new() { Ram = new Share(1, 100), OomKills = 1 }).Verdict);

    [Theory]
    [InlineData(2.5, 10, VastPaceVerdict.Ok, VastPaceVerdict.Ok)]
    [InlineData(2.7, 31, VastPaceVerdict.Replan, VastPaceVerdict.Replan)]
    [InlineData(4.1, 61, VastPaceVerdict.Contradicted, VastPaceVerdict.Contradicted)]
    public void A_checkpoint_has_a_size_and_an_age(double gb, double minutes, VastPaceVerdict size, VastPaceVerdict age)
    {
        var facts = new ValidationFacts { Checkpoint = new() { SizeGB = gb, Age = TimeSpan.FromMinutes(minutes), Path = "/out/c" } };
        Assert.Equal((size, age), (Of("CheckpointSize", facts).Verdict, Of("CheckpointAge", facts).Verdict));
        Assert.Equal(VastPaceVerdict.Unknown, Of("SaveShare", facts).Verdict);
    }

    [Theory]
    [InlineData(5, VastPaceVerdict.Ok)]
    [InlineData(6, VastPaceVerdict.Replan)]
    [InlineData(18, VastPaceVerdict.Contradicted)]
    public void Saving_takes_its_share_of_the_time_between_two_checkpoints(double seconds, VastPaceVerdict verdict) => Assert.Equal(
        verdict, Of("SaveShare", Stepping(1) with { Checkpoint = new() { SaveTime = TimeSpan.FromSeconds(seconds) } }).Verdict);

    [Theory]
    [InlineData(61, VastPaceVerdict.Ok)]
    [InlineData(59, VastPaceVerdict.Replan)]
    [InlineData(29, VastPaceVerdict.Contradicted)]
    public void Gpus_that_wait_are_seen(double percent, VastPaceVerdict verdict) =>
        Assert.Equal(verdict, Of("GpuUse", new() { GpuPercent = percent }).Verdict);

    [Fact]
    public void A_threshold_that_the_user_moved_holds()
    {
        Thresholds moved = Thresholds.Default.With([new("GpuUse", new Bound(20, 10)), new("StepTime", new Bound(4, 5))]);
        VastPaceVerdict Moved(string term, ValidationFacts facts) =>
            ValidationRule.Judge(s_plan, facts, moved).Single(f => f.Term == term).Verdict;
        Assert.Equal(VastPaceVerdict.Ok, Moved("GpuUse", new() { GpuPercent = 29 }));
        Assert.Equal(VastPaceVerdict.Ok, Moved("StepTime", Stepping(3)));
        Assert.Equal(VastPaceVerdict.Contradicted, Moved("StepTime", Stepping(0.3)));
    }

    [Fact]
    public void A_training_gone_wrong_is_a_term_as_well()
    {
        Assert.Equal(VastPaceVerdict.Contradicted, Of("Training", new() { Training = new Contradiction("the loss diverges") }).Verdict);
        Assert.Equal(VastPaceVerdict.Ok, Of("Training", new() { TrainingValues = 3 }).Verdict);
    }

    private static ValidationFacts Stepping(double seconds) => new() { Step = new MeasuredStep(TimeSpan.FromSeconds(seconds), "20 steps") };

    private static TermFinding Of(string term, ValidationFacts facts) => Judge(facts).Single(f => f.Term == term);

    private static IReadOnlyList<TermFinding> Judge(ValidationFacts facts) => ValidationRule.Judge(s_plan, facts, Thresholds.Default);
}
