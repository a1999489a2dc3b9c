using VastPS.Tests.Kit;

namespace VastPS.Tests.Commands.Estimation;

/// <summary>Measure-VastRun in the pipelines it is made for.</summary>
public sealed class MeasureVastRunTests
{
    private const string Work = "$work = New-VastWorkload Llama-3.1-8B QLoRA -Steps 500 -DatasetGB 1; ";

    [Fact]
    public async Task The_cheapest_of_the_fitting_offers_is_rented_with_its_disk()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync();
        using CmdletHost host = vast.Host();
        VastRunEstimate[] all = [.. host.Run(Work + "$fits = Get-VastOffer -GpuCount 1 -GpuName 'RTX 4090' | Test-VastRunFit -Workload $work; $fits | Measure-VastRun").Clean<VastRunEstimate>()];
        Assert.True(all.Length > 1);
        VastRunEstimate[] two = [.. host.Run("$two = $fits | Measure-VastRun -First 2; $two").Clean<VastRunEstimate>()];
        Assert.Equal(all.Select(e => e.Cost!.Base).Order().Take(2), two.Select(e => e.Cost!.Base));
        VastInstance box = Assert.Single(host.Run("$two | ForEach-Object { $_ } | New-VastInstance -Image i -MaxRuntime 8h -Confirm:$false -ErrorAction Stop").Output.Take(1).Cast<VastInstance>());
        Assert.Equal(two[0].DiskGB, box.DiskGB);
        VastRunEstimate again = Assert.Single(host.Run("$box | Wait-VastInstance | Measure-VastRun $work -MaxRuntime 8h", ("box", box)).Clean<VastRunEstimate>());
        Assert.Equal(box.InstanceId, again.InstanceId);
        Assert.True(again.WorstCost > again.Cost!.Base);
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
        Assert.Contains("RTX 9999", ran.OneError("VastGpuSpeedUnknown").ToString(), StringComparison.Ordinal);
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
