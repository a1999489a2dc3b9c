using System.Globalization;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

public sealed class TestVastRunFitTests : IDisposable
{
    private static readonly VastWorkload s_work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.QLoRA, d =>
    {
        d.BatchSize = 4;
        d.Loss = VastLoss.FusedLinear;
    });

    private readonly CmdletHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Offers_in_the_pipeline_give_a_fit_each()
    {
        VastOffer[] offers = [Offer(1, 23.99), Offer(2, 8), Offer(3, null)];

        IReadOnlyList<VastRunFit> fits =
            _host.Run("$offers | Test-VastRunFit -Workload $work", ("offers", offers), ("work", s_work)).Clean<VastRunFit>();

        Assert.Equal([1L, 2L, 3L], fits.Select(f => f.OfferId));
        Assert.Equal([VastFitVerdict.Fits, VastFitVerdict.TooSmall, VastFitVerdict.Unknown], fits.Select(f => f.Verdict));
        Assert.Equal([true, false, false], fits.Select(f => f.Fits));
        Assert.Equal([11L, 12L, 13L], fits.Select(f => f.MachineId));
        Assert.NotEmpty(fits[1].Advice);
        Assert.Empty(fits[0].Advice);
        Assert.All(fits, f => Assert.Same(s_work, f.Workload));
    }

    [Fact]
    public void An_instance_is_judged_by_what_it_has()
    {
        var instance = new VastInstance
            { InstanceId = 7, MachineId = 70, GpuName = "RTX 4090", GpuCount = 1, VramGiB = 23.99, UsableRamGiB = 64, DiskGB = 10
        };

        VastRunFit fit =
            Assert.Single(_host.Run("$box | Test-VastRunFit -Workload $work", ("box", instance), ("work", s_work)).Clean<VastRunFit>());

        Assert.Equal((7L, null, 70L), (fit.InstanceId, fit.OfferId, fit.MachineId));
        Assert.Equal(
            (VastFitVerdict.Fits, VastFitVerdict.Fits, VastFitVerdict.TooSmall), (fit.Vram.Verdict, fit.Ram.Verdict, fit.Disk.Verdict));
        Assert.Contains("Disk: needs", fit.Reason, StringComparison.Ordinal);
    }

    // The story of every day ends in Where-Object Fits, which would show nothing at all.
    [Fact]
    public void Where_none_of_many_machines_fits_a_warning_says_what_would_help()
    {
        VastWorkload plain = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.QLoRA, d => d.BatchSize = 4);
        (string, object?)[] given = [("offers", new[] { Offer(1, 23.99), Offer(2, 23.99) }), ("one", Offer(2, 80)), ("work", plain)];

        Ran none = _host.Run("$offers | Test-VastRunFit $work | Where-Object Fits", given);

        Assert.Empty(none.Output);
        Assert.Matches(
            @"^None of 2 machines fits\. Of the first: VRAM per GPU: needs .* GiB, .* can be used\. What would help: -Loss FusedLinear, or ",
            Assert.Single(none.Warnings));
        Assert.Empty(_host.Run("$offers + $one | Test-VastRunFit $work", given).Warnings);
        Assert.Empty(_host.Run("$offers | Test-VastRunFit $work -Quiet", given).Warnings);
        Assert.Empty(_host.Run("$offers[0] | Test-VastRunFit $work", given).Warnings);
    }

    [Fact]
    public void Bare_numbers_are_judged_as_far_as_they_are_given()
    {
        Assert.True(Assert.Single(Fit("-VramGiB 24")).Fits);
        Assert.Equal(VastFitVerdict.TooSmall, Assert.Single(Fit("-VramGiB 24 -RamGiB 2")).Verdict);
        Assert.Equal(VastFitVerdict.TooSmall, Assert.Single(Fit("-VramGiB 24 -RamGiB 64 -DiskGB 20")).Verdict);
        Assert.Equal(4, Assert.Single(Fit("-VramGiB 24 -GpuCount 4")).GpuCount);

        IReadOnlyList<VastRunFit> Fit(string numbers) =>
            _host.Run($"Test-VastRunFit $work {numbers}", ("work", s_work)).Clean<VastRunFit>();
    }

    // A plain LoRA of 7 billion parameters fits 24 GiB only where the weights are loaded in 16 bits, and a file of the workload keeps the
    // doubt.
    [Fact]
    public void What_nobody_said_about_the_precision_is_no_fit()
    {
        const string Lora = "New-VastWorkload Qwen2.5-7B LoRA -SequenceLength 512 -Loss FusedLinear";
        Assert.Equal(
            [VastFitVerdict.Tight, VastFitVerdict.Fits, VastFitVerdict.TooSmall, VastFitVerdict.Tight, VastFitVerdict.Fits],
            _host.Run($$"""
                $plain = {{Lora}}
                $file = [IO.Path]::GetTempFileName(); [IO.File]::WriteAllText($file, [Text.Json.JsonSerializer]::Serialize($plain, $plain.GetType()))
                $plain, ({{Lora}} -Precision BF16), ({{Lora}} -Precision FP32), (New-VastWorkload -Path $file), (New-VastWorkload -Path $file -Precision BF16) |
                    ForEach-Object { (Test-VastRunFit $_ -VramGiB 24).Verdict }
                """).Clean<VastFitVerdict>());
    }

    [Fact]
    public void Quiet_gives_a_bool()
    {
        Assert.Equal(
            [true, false],
            _host.Run("24, 8 | ForEach-Object { Test-VastRunFit $work -VramGiB $_ -Quiet }", ("work", s_work)).Clean<bool>());
    }

    [Fact]
    public void Numbers_in_texts_do_not_follow_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            VastRunFit fit = new VastPS.Features.Estimation.RunFitter(s_work).Judge(new() { VramGiB = 8.5, RamGiB = 64, DiskGB = 500 });

            Assert.DoesNotMatch("[0-9],[0-9]", $"{fit.Vram} {fit.Disk} {fit.Advice[0]}");
            Assert.EndsWith("can be used", fit.Reason, StringComparison.Ordinal);
            Assert.Contains("7.8 can be used", fit.Reason, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("-VramGiB -1", "-1 cannot be used for VramGiB")]
    [InlineData("-VramGiB 24 -RamGiB ([double]::NaN)", "NaN cannot be used for RamGiB")]
    [InlineData("-VramGiB 24 -GpuCount 0", "0 cannot be used for GpuCount")]
    public void Impossible_numbers_are_refused(string numbers, string saying) =>
        Assert.Contains(
            saying,
            _host.Run($"Test-VastRunFit $work {numbers}", ("work", s_work)).OneError("VastInvalidValue").Exception.Message,
            StringComparison.Ordinal);

    [Fact]
    public void Ten_thousand_offers_are_judged_each()
    {
        VastOffer[] offers = [.. Enumerable.Range(0, 10_000).Select(i => Offer(i, 8 + (i % 90), gpus: 1 + (i % 8)))];

        IReadOnlyList<VastRunFit> fits =
            _host.Run("$offers | Test-VastRunFit $work", ("offers", offers), ("work", s_work)).Clean<VastRunFit>();

        Assert.Equal(offers.Select(o => (long?)o.OfferId), fits.Select(f => f.OfferId));
    }

    private static VastOffer Offer(long id, double? vram, int gpus = 1) => new()
    {
        OfferId = id,
        MachineId = 10 + id,
        GpuName = "RTX 4090",
        GpuCount = gpus,
        VramGiB = vram,
        UsableRamGiB = 64 * gpus,
        DiskGB = 8,
        AvailableDiskGB = 500,
        PricePerHour = 0.4m,
    };
}
