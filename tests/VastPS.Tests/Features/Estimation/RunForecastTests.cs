using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>An estimate of an offer, held against the instance that was rented from it.</summary>
public sealed class RunForecastTests
{
    private static readonly VastWorkload s_work = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => { d.Steps = 1000; d.BatchSize = 1; });

    private static readonly VastOffer s_offer = new()
    {
        OfferId = 7,
        MachineId = 9, GpuName = "RTX 4090", GpuCount = 1, VramGiB = 24, UsableRamGiB = 64, AvailableDiskGB = 500, DiskGB = 100,
        GpuPricePerHour = 0.36m, DiskPricePerGBMonth = 0.15m, DownMbps = 800, UpMbps = 400,
    };

    [Fact]
    public void An_estimate_follows_its_machine_to_the_instance()
    {
        VastRunEstimate estimate = new RunEstimator(new ForecastOptions { Work = s_work }).Judge(Machine.Of(s_offer));
        RunForecast forecast = RunForecast.Of(estimate, Box())!;
        Assert.True(forecast.Fits, forecast.Detail);
        Assert.Equal(
            (estimate.StepTime, estimate.PessimisticStepTime, 1000),
            (forecast.Pace.StepTime!.Value, forecast.Pace.WorstStepTime!.Value, forecast.Pace.Steps!.Value));

        // The command begins on a box that is set up, and the results are fetched after its end.
        TimeSpan Part(Func<VastTimeDriver, TimeSpan> of) =>
            new(estimate.Time.Drivers.Where(d => d.Name is not ("Boot" or "Image pull" or "Set-up" or "Upload")).Sum(d => of(d).Ticks));
        Assert.Equal(Part(d => d.Base), forecast.Pace.RunTime);
        Assert.Equal(Part(d => d.Pessimistic), forecast.Pace.WorstRunTime);

        Assert.Null(RunForecast.Of(estimate, Box(machine: 10)));
        Assert.Null(RunForecast.Of(estimate, Box(gpus: 2)));
    }

    [Fact]
    public void What_was_rented_decides_whether_it_fits()
    {
        VastRunFit fit = new RunFitter(s_work).Judge(Machine.Of(s_offer));
        Assert.True(fit.Fits);
        RunForecast small = RunForecast.Of(fit, Box(diskGB: 10))!;
        Assert.False(small.Fits);
        Assert.Contains("Disk: needs", small.Detail, StringComparison.Ordinal);
        Assert.False(
            RunForecast.Of(new RunEstimator(new ForecastOptions { Work = s_work }).Judge(Machine.Of(s_offer)), Box(diskGB: 10))!.Fits);
    }

    [Fact]
    public void A_fit_knows_the_time_where_the_workload_names_its_steps()
    {
        Assert.NotNull(RunForecast.Of(new RunFitter(s_work).Judge(Machine.Of(s_offer)), Box())!.Pace.WorstRunTime);
        VastWorkload endless = Works.Of("Llama-3.1-8B", VastRunMethod.QLoRA, d => d.BatchSize = 1);
        RunForecast forecast = RunForecast.Of(new RunFitter(endless).Judge(Machine.Of(s_offer)), Box())!;
        Assert.Equal((true, null), (forecast.Fits, forecast.Pace.WorstRunTime));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(20.0, true)]
    [InlineData(30.0, false)]
    public void Without_a_workload_the_named_memory_is_held_against_the_card(double? peak, bool fits) =>
        Assert.Equal(fits, RunForecast.Of(new RunEstimator(new ForecastOptions
            {
            StepTime = TimeSpan.FromSeconds(1),
            Steps = 60,
            PeakVramGiB = peak
        }).Judge(Machine.Of(Box())), Box())!.Fits);

    [Fact]
    public void Bare_numbers_are_about_no_instance() =>
        Assert.Null(RunForecast.Of(new RunFitter(s_work).Judge(new Machine { VramGiB = 24, OnlyWhatIsGiven = true }), Box()));

    private static VastInstance Box(long machine = 9, int gpus = 1, double diskGB = 100) => new()
    {
        InstanceId = 5,
        MachineId = machine, GpuName = "RTX 4090", GpuCount = gpus, VramGiB = 24, UsableRamGiB = 64, DiskGB = diskGB, PricePerHour = 0.4m,
        GpuPricePerHour = 0.36m, DiskPricePerHour = 0.02m, DownMbps = 800, UpMbps = 400,
    };
}
