using VastPS.Features.Estimation;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Time and cost of a run whose parts can be computed by hand.</summary>
public sealed class RunEstimatorTests
{
    private static readonly Machine s_offer = new()
    {
        OfferId = 7, GpuName = "RTX 4090", VramGiB = 24, PricedDiskGB = 100, GpuPricePerHour = 0.36m, DiskPricePerGBMonth = 0.15m,
        DownMbps = 800, UpMbps = 400, DownPricePerGB = 0.01m, UpPricePerGB = 0.02m,
    };

    [Fact]
    public void The_parts_add_up_to_the_time_and_the_cost()
    {
        VastRunEstimate estimate =
            Of(s_offer, w => w with { Work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 1000; d.DatasetGB = 2; }) });
        Assert.Equal(estimate.Time.Base.TotalSeconds, estimate.Time.Drivers.Sum(d => d.Base.TotalSeconds), 1e-3);
        Assert.Equal(estimate.Time.Pessimistic.TotalSeconds, estimate.Time.Drivers.Sum(d => d.Pessimistic.TotalSeconds), 1e-3);
        Assert.Equal((double)estimate.Cost!.Base, (double)estimate.Cost.Drivers.Sum(d => d.Base), 1e-5);
        Assert.True(estimate.Time.Optimistic < estimate.Time.Base && estimate.Time.Base < estimate.Time.Pessimistic);
        Assert.True(estimate.Cost.Optimistic < estimate.Cost.Base && estimate.Cost.Base < estimate.Cost.Pessimistic);
        Assert.Equal(
            ["Boot", "Image pull", "Set-up", "Download", "Load weights", "First step", "Steps", "Checkpoint saves", "Upload"],
            estimate.Time.Drivers.Select(d => d.Name));
        Assert.Contains("table", estimate.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_download_takes_half_the_advertised_rate()
    {
        // 8.03e9 parameters of 2 bytes and 2 GB at half of 800 Mbps, which is 50 MB/s: 361 s.
        VastRunEstimate estimate =
            Of(s_offer, w => w with { Work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 1000; d.DatasetGB = 2; }) });
        Assert.Equal(361, estimate.Time.Drivers.Single(d => d.Name == "Download").Base.TotalSeconds, 2.0);
        Assert.Equal(400, estimate.DownMbps);
    }

    [Theory]
    [InlineData(170_000 * 8 / 1e6)] // the 170 KB/s host
    public void A_slow_host_shows_in_the_time(double mbps)
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 100);
        VastRunEstimate slow = Of(s_offer with { DownMbps = mbps }, w => w with { Work = work });
        Assert.True(slow.Time.Drivers.Single(d => d.Name == "Download").Base > TimeSpan.FromHours(50));
    }

    [Fact]
    public void A_given_step_time_counts_as_measured()
    {
        VastRunEstimate estimate = Of(
            s_offer with { GpuName = "RTX 9999" },
            w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 1800, PeakVramGiB = 20, MaxRuntime = TimeSpan.FromHours(4) });
        VastTimeDriver steps = estimate.Time.Drivers.Single(d => d.Name == "Steps");
        Assert.Equal([3240, 3600, 3960], new[] { steps.Optimistic, steps.Base, steps.Pessimistic }.Select(t => Math.Round(t.TotalSeconds)));
        Assert.Equal(20, estimate.PeakVramGiB);
        Assert.Equal(100, estimate.DiskGB);

        // Boot 180 s and the image, 8/2.25 GB at 50 MB/s, are free; set-up 300, first step 60, steps 3600 are charged.
        Assert.Equal(0.36m * 3960 / 3600, estimate.Cost!.Drivers.Single(d => d.Name == "GPU").Base, 4);
        double existing = 180 + (8 / 2.25 * 1000 / 50) + 3960;
        Assert.Equal(0.15m * 100 / 720 * (decimal)existing / 3600, estimate.Cost.Drivers.Single(d => d.Name == "Disk").Base, 4);
        Assert.Equal(0.01m * 8 / 2.25m, estimate.Cost.Drivers.Single(d => d.Name == "Traffic").Base, 4);
        Assert.Equal((4 * (0.36m + (0.15m * 100 / 720))) + (0.01m * 8 / 2.25m), estimate.WorstCost!.Value, 4);
    }

    [Fact]
    public void A_rented_box_has_booted()
    {
        VastRunEstimate estimate = Of(
            s_offer with { OfferId = null, InstanceId = 3, DiskPricePerHour = 0.02m },
            w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 1800 });
        Assert.DoesNotContain(estimate.Time.Drivers, d => d.Name is "Boot" or "Image pull");
        Assert.Equal(0, estimate.Cost!.Drivers.Single(d => d.Name == "Traffic").Base);
        Assert.Equal(0.38m, estimate.PricePerHour);
    }

    [Fact]
    public void Without_a_price_there_is_no_cost()
    {
        VastRunEstimate estimate = Of(
            s_offer with { GpuPricePerHour = null },
            w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 10, MaxRuntime = TimeSpan.FromHours(1) });
        Assert.Null(estimate.Cost);
        Assert.Null(estimate.WorstCost);
    }

    [Fact]
    public void What_nobody_can_know_is_refused()
    {
        Assert.Equal(VastReason.EstimateIncomplete, Refused(s_offer, new ForecastOptions()));
        Assert.Equal(VastReason.EstimateIncomplete, Refused(s_offer, new ForecastOptions { StepTime = TimeSpan.FromSeconds(1) }));
        Assert.Equal(
            VastReason.EstimateIncomplete, Refused(s_offer, new ForecastOptions { Work = Works.Of("Llama-3.1-8B", VastRunMethod.GRPO) }));
        Assert.Equal(VastReason.GpuSpeedUnknown, Refused(
            s_offer with { GpuName = "RTX 9999" },
            new ForecastOptions { Work = Works.Of("Llama-3.1-8B", VastRunMethod.LoRA, d => d.Steps = 10) }));
    }

    // 1e9 tokens in steps of 4 x 2048 tokens on each of 2 GPUs.
    [Fact]
    public void Steps_follow_from_the_tokens_and_the_GPUs()
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.TrainingTokens = 1_000_000_000; d.BatchSize = 4; });

        Assert.Equal(61036, Of(s_offer with { GpuCount = 2 }, w => w with { Work = work }).Steps);
        Assert.Equal(122071, Of(s_offer, w => w with { Work = work }).Steps);
    }

    // The last checkpoint is the end of the run, whole interval or not.
    [Theory]
    [InlineData(1000, 1000, 1)]
    [InlineData(1000, 250, 4)]
    [InlineData(1000, 300, 4)]
    [InlineData(1001, 250, 5)]
    [InlineData(10, 250, 1)]
    public void A_begun_interval_is_saved_as_well(int steps, int interval, int saves)
    {
        double Seconds(int every, int count) => Of(s_offer, w => w with { Work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d =>
            {
                d.Steps = count;
                d.CheckpointInterval = every;
            }) }).Time.Drivers.Single(d => d.Name == "Checkpoint saves").Base.TotalSeconds;
        Assert.Equal(saves * Seconds(1000, 1000), Seconds(interval, steps), 1e-3);
    }

    // However seldom it saves: work that is lost three times over is a run that never ends.
    [Fact]
    public void Lost_work_is_three_times_the_steps_at_most()
    {
        VastWorkload seldom = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 100_000; d.CheckpointInterval = 100_000; });
        VastRunEstimate estimate = Of(s_offer with { IsInterruptible = true }, w => w with { Work = seldom });
        VastTimeDriver lost = estimate.Time.Drivers.Single(d => d.Name == "Lost work");
        VastTimeDriver steps = estimate.Time.Drivers.Single(d => d.Name == "Steps");
        Assert.Equal(3 * steps.Pessimistic.TotalSeconds, lost.Pessimistic.TotalSeconds, 1e-3);
        Assert.True(lost.Optimistic < 3 * steps.Optimistic);
    }

    [Fact]
    public void Generation_evaluations_and_lost_work_have_lines_of_their_own()
    {
        VastWorkload work = Works.Of(
            "Qwen2.5-1.5B", VastRunMethod.GRPO, d => { d.Steps = 1000; d.EvaluationInterval = 100; d.EvaluationTokens = 100_000; });
        VastRunEstimate safe = Of(s_offer, w => w with { Work = work });
        VastRunEstimate byBid = Of(s_offer with { IsInterruptible = true }, w => w with { Work = work });

        Assert.Contains(safe.Time.Drivers, d => d.Name == "Generation");
        Assert.Contains(safe.Time.Drivers, d => d.Name == "Evaluations");
        Assert.DoesNotContain(safe.Time.Drivers, d => d.Name == "Lost work");
        Assert.True(byBid.Time.Drivers.Single(d => d.Name == "Lost work").Base > TimeSpan.Zero);
        Assert.True(byBid.Cost!.Base > safe.Cost!.Base);
        Assert.Equal(safe.StepTime.TotalSeconds, safe.StepDrivers.Sum(d => d.Base.TotalSeconds), 1e-3);
    }

    [Fact]
    public void Measured_runs_on_the_same_GPU_replace_the_table()
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 1000);
        VastRunEstimate table = Of(s_offer, w => w with { Work = work });
        VastRunEstimate past =
            Of(s_offer, w => w with { Work = work, StepTime = table.StepTime * 2, PeakVramGiB = table.PeakVramGiB * 1.1 });
        VastRunEstimate calibrated = Of(s_offer, w => w with { Work = work, History = [MeasuredRun.Of(past)!] });

        Assert.Equal(table.StepTime.TotalSeconds * 2, calibrated.StepTime.TotalSeconds, 1e-3);
        Assert.Equal(table.PeakVramGiB!.Value * 1.1, calibrated.PeakVramGiB!.Value, 1e-6);
        Assert.Equal("1 run measured on RTX 4090", calibrated.Source);
        Assert.Contains("peak VRAM: 1 run measured on RTX 4090", calibrated.Assumptions);
        Assert.True(calibrated.PessimisticStepTime / calibrated.StepTime < table.PessimisticStepTime / table.StepTime);

        Assert.Equal(
            "table of GPU speeds",
            Of(s_offer with { GpuName = "RTX 3090" }, w => w with { Work = work, History = [MeasuredRun.Of(past)!] }).Source);
        Assert.Equal("table of GPU speeds", Of(s_offer, w =>
            w with { Work = Works.Of("Qwen2.5-1.5B", VastRunMethod.Full, d => d.Steps = 10), History = [MeasuredRun.Of(past)!] }).Source);
        Assert.Null(MeasuredRun.Of(table));
    }

    [Fact]
    public void The_very_same_work_says_more_than_other_work()
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 1000);
        VastWorkload other = Works.Of("Qwen2.5-7B", VastRunMethod.QLoRA, d => d.Steps = 1000);
        VastRunEstimate table = Of(s_offer, w => w with { Work = work });
        MeasuredRun[] both = [Noted(work, 1.5), Noted(other, 2.5), Noted(other, 2.7)];

        Assert.Equal(1.5, Of(s_offer, w => w with { Work = work, History = both }).StepTime / table.StepTime, 1e-3);
        Assert.Equal(2.6, Of(s_offer, w => w with { Work = work, History = both[1..] }).StepTime / table.StepTime, 1e-3);
        Assert.Equal(
            "2 runs measured on RTX 4090, noted on this computer", Of(s_offer, w => w with { Work = work, History = both[1..] }).Source);
    }

    // Five times as long, or a fifth: the command of the smoke test was not what its workload describes.
    [Theory]
    [InlineData(5)]
    [InlineData(0.2)]
    public void What_was_noted_of_another_command_is_passed_over(double times)
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 1000);

        Assert.Equal("table of GPU speeds", Of(s_offer, w => w with { Work = work, History = [Noted(work, times)] }).Source);
        Assert.Equal(
            "1 run measured on RTX 4090",
            Of(s_offer, w => w with { Work = work, History = [Noted(work, times) with { IsNoted = false }] }).Source);
    }

    [Fact]
    public void A_card_of_another_size_is_another_card()
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 1000);

        Assert.Equal(
            "table of GPU speeds", Of(s_offer with { VramGiB = 48 }, w => w with { Work = work, History = [Noted(work, 2)] }).Source);
    }

    [Fact]
    public void The_first_says_why_it_stands_before_the_second()
    {
        VastWorkload work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.Steps = 1000);
        VastRunEstimate dear = Of(s_offer with { GpuPricePerHour = 0.72m }, w => w with { Work = work });
        VastRunEstimate cheap = Of(s_offer with { DownMbps = 400 }, w => w with { Work = work });

        VastRunEstimate first = Assert.Single(EstimateRanking.Cheapest([dear, cheap], 1));

        Assert.Equal(cheap.Cost!.Base, first.Cost!.Base);
        Assert.Matches(@"^\d+\.\d\d USD less than the next \(GPU \d+\.\d\d less.*\); .* later$", first.Lead);
        Assert.Equal("as cheap as the next", Assert.Single(EstimateRanking.Cheapest([cheap, cheap], 1)).Lead);
    }

    private static MeasuredRun Noted(VastWorkload work, double times) =>
        new(work, "RTX 4090", 1, Of(s_offer, w => w with { Work = work }).StepTime * times) { VramGiB = 24, IsNoted = true };

    private static VastReason Refused(Machine machine, ForecastOptions options) =>
        Assert.Throws<VastException>(() => new RunEstimator(options).Judge(machine)).Reason;

    private static VastRunEstimate Of(Machine machine, Func<ForecastOptions, ForecastOptions> options) =>
        new RunEstimator(options(new ForecastOptions())).Judge(machine);
}
