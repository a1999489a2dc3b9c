using VastPS.Estimating;

namespace VastPS.Tests.Estimating;

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
        VastRunEstimate estimate = Of(s_offer, w => w with { Work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 1000; d.DatasetGB = 2; }) });
        Assert.Equal(estimate.Time.Base.TotalSeconds, estimate.Time.Drivers.Sum(d => d.Base.TotalSeconds), 1e-3);
        Assert.Equal(estimate.Time.Pessimistic.TotalSeconds, estimate.Time.Drivers.Sum(d => d.Pessimistic.TotalSeconds), 1e-3);
        Assert.Equal(estimate.Cost!.Base, estimate.Cost.Drivers.Sum(d => d.Base));
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
        VastRunEstimate estimate = Of(s_offer, w => w with { Work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 1000; d.DatasetGB = 2; }) });
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
        VastRunEstimate estimate = Of(s_offer with { GpuName = "RTX 9999" }, w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 1800, PeakVramGiB = 20, MaxRuntime = TimeSpan.FromHours(4) });
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
        VastRunEstimate estimate = Of(s_offer with { OfferId = null, InstanceId = 3, DiskPricePerHour = 0.02m }, w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 1800 });
        Assert.DoesNotContain(estimate.Time.Drivers, d => d.Name is "Boot" or "Image pull");
        Assert.Equal(0, estimate.Cost!.Drivers.Single(d => d.Name == "Traffic").Base);
        Assert.Equal(0.38m, estimate.PricePerHour);
    }

    [Fact]
    public void Without_a_price_there_is_no_cost()
    {
        VastRunEstimate estimate = Of(s_offer with { GpuPricePerHour = null }, w => w with { StepTime = TimeSpan.FromSeconds(2), Steps = 10, MaxRuntime = TimeSpan.FromHours(1) });
        Assert.Null(estimate.Cost);
        Assert.Null(estimate.WorstCost);
    }

    [Fact]
    public void What_nobody_can_know_is_refused()
    {
        Assert.Equal(VastReason.EstimateIncomplete, Refused(s_offer, new RunWish()));
        Assert.Equal(VastReason.EstimateIncomplete, Refused(s_offer, new RunWish { StepTime = TimeSpan.FromSeconds(1) }));
        Assert.Equal(VastReason.EstimateIncomplete, Refused(s_offer, new RunWish { Work = Works.Of("Llama-3.1-8B", VastRunMethod.GRPO, d => d.Steps = 10) }));
        Assert.Equal(VastReason.GpuSpeedUnknown, Refused(s_offer with { GpuName = "RTX 9999" }, new RunWish { Work = Works.Of("Llama-3.1-8B", VastRunMethod.LoRA, d => d.Steps = 10) }));
    }

    private static VastReason Refused(Machine machine, RunWish wish) =>
        Assert.Throws<VastException>(() => new RunEstimator(wish).Judge(machine)).Reason;

    private static VastRunEstimate Of(Machine machine, Func<RunWish, RunWish> wish) => new RunEstimator(wish(new RunWish())).Judge(machine);
}
