using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Measure-VastRun in the pipelines it is made for.</summary>
public sealed class MeasureVastRunTests
{
    private const string Work = "$work = New-VastWorkload Llama-3.1-8B QLoRA -Steps 500 -DatasetGB 1; ";

    [Fact]
    public async Task The_cheapest_of_the_fitting_offers_is_rented_with_its_disk()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        VastRunEstimate[] all =
            [.. host.Run(
                Work + "$fits = Get-VastOffer -GpuCount 1 -GpuName 'RTX 4090' | Test-VastRunFit -Workload $work; $fits | Measure-VastRun")
                .Clean<VastRunEstimate>()];
        Assert.True(all.Length > 1);
        VastRunEstimate[] two = [.. host.Run("$two = $fits | Measure-VastRun -First 2; $two").Clean<VastRunEstimate>()];
        Assert.Equal(all.Select(e => e.Cost!.Base).Order().Take(2), two.Select(e => e.Cost!.Base));
        VastInstance box =
            Assert.Single(
                host.Run(
                    "$two | ForEach-Object { $_ } | New-VastInstance -Image i -MaxRuntime 8h -Confirm:$false -ErrorAction "
                    + "Stop").Output.Take(
                    1)
                    .Cast<VastInstance>());
        Assert.Equal(two[0].DiskGB, box.DiskGB);
        VastRunEstimate again = Assert.Single(
            host.Run("$box | Wait-VastInstance | Measure-VastRun $work -MaxRuntime 8h", ("box", box)).Clean<VastRunEstimate>());
        Assert.Equal(box.InstanceId, again.InstanceId);
        Assert.True(again.WorstCost > again.Cost!.Base);
    }

    // A card that no other test asks about: what is noted stays for all of them.
    [Fact]
    public async Task What_smoke_tests_noted_replaces_the_table_and_can_be_left_out()
    {
        using var host = new CmdletHost();
        VastOffer offer = new() { OfferId = 1, GpuName = "RTX A4500", GpuCount = 1, VramGiB = 20, GpuPricePerHour = 1 };
        VastRunEstimate table = Assert.Single(host.Run(Work + "$offer | Measure-VastRun $work", ("offer", offer)).Clean<VastRunEstimate>());
        VastInstance box = new() { InstanceId = 5, GpuName = "RTX A4500", GpuCount = 1, VramGiB = 20 };
        MeasuredRun measured =
            MeasuredRun.Of(table.Workload, box, new VastSmokeResult { StepTimeMedian = table.StepTime * 1.4, PeakVramGiB = 15 })!;
        await new EvidenceStore(TimeProvider.System, new WorkloadConverter()).NoteAsync(
            "measure",
            5,
            new Evidence(EvidenceKind.Smoke, true, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "") { Measured = measured },
            default);

        VastRunEstimate noted = Assert.Single(host.Run("$offer | Measure-VastRun $work").Clean<VastRunEstimate>());
        Assert.Equal(1.4, noted.StepTime / table.StepTime, 1e-3);
        Assert.Equal(15, noted.PeakVramGiB!.Value, 1e-3);
        Assert.Contains("step time: 1 run measured on RTX A4500, noted on this computer", noted.Assumptions);
        Assert.Contains("peak VRAM: 1 run measured on RTX A4500, noted on this computer", noted.Assumptions);
        Assert.Equal(
            table.StepTime, Assert.Single(host.Run("$offer | Measure-VastRun $work -NoLocalHistory").Clean<VastRunEstimate>()).StepTime);

        Assert.Equal("table of GPU speeds", Source("$offer | Measure-VastRun (New-VastWorkload gpt2 PPO -Steps 9)"));
        Assert.Equal("table of GPU speeds", Source("$offer | Measure-VastRun (New-VastWorkload Llama-3.1-8B LoRA -Steps 9)"));
        offer = new() { OfferId = 2, GpuName = "RTX A4000", GpuCount = 1, VramGiB = 16, GpuPricePerHour = 1 };
        Assert.Equal("table of GPU speeds", Source("$offer | Measure-VastRun $work"));

        string? Source(string script) => Assert.Single(host.Run(script, ("offer", offer)).Clean<VastRunEstimate>()).Source;
    }

    // bw_nvlink is 0 on about half of the SXM machines: what is missing there is the measurement.
    [Fact]
    public void A_board_with_NVLink_costs_the_same_whether_it_was_measured_or_not()
    {
        using var host = new CmdletHost();
        VastOffer[] offers = [.. new double?[] { 300, 0, null }.Select((gbps, i) =>
            new VastOffer { OfferId = i, GpuName = "H100 SXM", GpuCount = 8, VramGiB = 79.6, GpuPricePerHour = 16, NvlinkGBps = gbps })];
        VastRunEstimate[] all = [.. host.Run(
            "$offers | Measure-VastRun (New-VastWorkload Qwen2.5-7B Full -Precision BF16 -Sharding Zero3 -Steps 500)",
            ("offers", offers)).Clean<VastRunEstimate>()];
        Assert.Equal(3, all.Length);
        Assert.Single(all.Select(e => (e.Time!.Pessimistic, e.Cost!.Base)).Distinct());
    }

    [Fact]
    public void An_unknown_gpu_is_one_error_that_names_it_and_the_others_go_on()
    {
        using var host = new CmdletHost();
        VastOffer[] offers =
        [
            new VastOffer { OfferId = 1, GpuName = "RTX 9999", GpuPricePerHour = 1 },
            new VastOffer { OfferId = 2, GpuName = "RTX 4090", GpuPricePerHour = 1 },
        ];
        Ran ran = host.Run(Work + "$offers | Measure-VastRun -Workload $work", ("offers", offers));
        Assert.Contains("RTX 9999", ran.OneError("VastGpuSpeedUnknown").Exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<VastRunEstimate>(Assert.Single(ran.Output)).OfferId);
        Assert.Equal(2, host.Run("$offers | Measure-VastRun -StepTime 2s -Steps 100").Clean<VastRunEstimate>().Count);
    }

    [Theory]
    [InlineData("Measure-VastRun -Offer $offer", "VastEstimateIncomplete")]
    [InlineData("Measure-VastRun -Offer $offer -StepTime 2s", "VastEstimateIncomplete")]
    [InlineData("Measure-VastRun -Offer $offer -StepTime 0s -Steps 1", "VastInvalidValue")]
    [InlineData("Measure-VastRun -Offer $offer -StepTime 2s -Steps 0", "VastInvalidValue")]
    [InlineData("Measure-VastRun -Offer $offer -StepTime 2s -Steps 1 -First 0", "VastInvalidValue")]
    [InlineData("Test-VastRunFit (New-VastWorkload Llama-3.1-8B LoRA -Steps 5) -VramGiB 24 | Measure-VastRun", "VastEstimateIncomplete")]
    public void Bad_input_is_one_error(string script, string id)
    {
        using var host = new CmdletHost();
        host.Run(script, ("offer", new VastOffer { OfferId = 1, GpuName = "RTX 4090" })).OneError(id);
    }
}
