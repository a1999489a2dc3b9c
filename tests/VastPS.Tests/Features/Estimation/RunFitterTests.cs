using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class RunFitterTests
{
    private static readonly VastWorkload s_work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.QLoRA, d =>
    {
        d.BatchSize = 4;
        d.Steps = 3000;
        d.DatasetGB = 2;
    });

    private static readonly Needs s_needs = Needs.Of(s_work, 1);

    // usable = reported - max(0.3 GiB, 1 %); Fits: pessimistic <= 0.95 usable; Tight: base does; TooSmall: not even that.
    [Fact]
    public void The_verdict_turns_exactly_at_the_borders()
    {
        double pessimistic = Card(s_needs.Vram.Bytes.Pessimistic);
        double @base = Card(s_needs.Vram.Bytes.Base);

        Assert.Equal(VastFitVerdict.Fits, Vram(pessimistic + 1e-6));
        Assert.Equal(VastFitVerdict.Tight, Vram(pessimistic - 1e-6));
        Assert.Equal(VastFitVerdict.Tight, Vram(@base + 1e-6));
        Assert.Equal(VastFitVerdict.TooSmall, Vram(@base - 1e-6));

        static double Card(double bytes) => Math.Max((bytes / Bytes.GiB / 0.95) + 0.3, bytes / Bytes.GiB / 0.95 / 0.99);
        static VastFitVerdict Vram(double gib) => new RunFitter(s_work).Judge(Enough() with { VramGiB = gib }).Verdict;
    }

    [Fact]
    public void RAM_is_used_to_92_percent_and_disk_wholly()
    {
        double ram = s_needs.Ram.Bytes.Pessimistic / Bytes.GiB / 0.92;
        double disk = s_needs.Disk.Bytes.Pessimistic / Bytes.GB;

        Assert.True(Judge(Enough() with { RamGiB = ram + 1e-6, DiskGB = disk + 1e-6 }).Fits);
        Assert.Equal(VastFitVerdict.Tight, Judge(Enough() with { RamGiB = ram - 1e-6 }).Ram.Verdict);
        Assert.Equal(VastFitVerdict.Tight, Judge(Enough() with { DiskGB = disk - 1e-6 }).Disk.Verdict);
    }

    // 24564 MiB is what most RTX 4090 report.
    [Theory]
    [InlineData(24564, 23.99)]
    [InlineData(81559, 79.65)]
    public void Units_are_told_apart(int reportedMiB, double gib)
    {
        VastRunFit fit = Judge(Enough() with { VramGiB = reportedMiB / 1024.0, DiskGB = 100 });

        Assert.Equal(gib, fit.Vram.AvailableGiB!.Value, 0.01);
        Assert.Equal(100, fit.Disk.AvailableGB!.Value, 1e-9);
        Assert.Equal(93.13, fit.Disk.AvailableGiB!.Value, 0.01);
        Assert.Equal(fit.Ram.RequiredBytes.Base / 1e9, fit.Ram.RequiredGB.Base, 1e-9);
        Assert.Equal(fit.Ram.RequiredBytes.Base / (1024.0 * 1024 * 1024), fit.Ram.RequiredGiB.Base, 1e-9);
        Assert.Equal(fit.Vram.LimitGiB!.Value - fit.Vram.RequiredGiB.Pessimistic, fit.Vram.HeadroomGiB!.Value, 1e-9);
    }

    [Fact]
    public void An_unknown_size_is_unknown_and_never_fits()
    {
        VastRunFit fit = Judge(Enough() with { VramGiB = null });

        Assert.Equal(VastFitVerdict.Unknown, fit.Verdict);
        Assert.False(fit.Fits);
        Assert.Contains("VRAM per GPU: the machine does not say", fit.Reason, StringComparison.Ordinal);
        Assert.Null(fit.Vram.HeadroomGiB);
        Assert.Equal(VastFitVerdict.TooSmall, Judge(Enough() with { VramGiB = null, DiskGB = 1 }).Verdict);
    }

    // A: too small, T: tight, U: not told, F: fits, for VRAM, RAM and disk.
    [Theory]
    [InlineData("FFF", VastFitVerdict.Fits)]
    [InlineData("FTF", VastFitVerdict.Tight)]
    [InlineData("FFT", VastFitVerdict.Tight)]
    [InlineData("TUF", VastFitVerdict.Unknown)]
    [InlineData("UTT", VastFitVerdict.Unknown)]
    [InlineData("FFU", VastFitVerdict.Unknown)]
    [InlineData("TTA", VastFitVerdict.TooSmall)]
    [InlineData("ATF", VastFitVerdict.TooSmall)]
    [InlineData("UAT", VastFitVerdict.TooSmall)]
    [InlineData("UUA", VastFitVerdict.TooSmall)]
    public void The_worst_of_the_three_is_the_verdict(string each, VastFitVerdict verdict)
    {
        double vram = s_needs.Vram.Bytes.Pessimistic / Bytes.GiB;
        double[] tight =
        [
            Math.Max((vram / 0.95) + 0.3, vram / 0.95 / 0.99) - 1e-6,
            (s_needs.Ram.Bytes.Pessimistic / Bytes.GiB / 0.92) - 1e-6,
            (s_needs.Disk.Bytes.Pessimistic / Bytes.GB) - 1e-6,
        ];
        double? Of(int i) => each[i] switch { 'A' => 0.5, 'T' => tight[i], 'U' => null, _ => 10_000 };
        VastRunFit fit = Judge(Enough() with { VramGiB = Of(0), RamGiB = Of(1), DiskGB = Of(2) });
        VastFitVerdict One(char letter) => letter switch
        {
            'A' => VastFitVerdict.TooSmall,
            'T' => VastFitVerdict.Tight,
            'U' => VastFitVerdict.Unknown,
            _ => VastFitVerdict.Fits,
        };
        Assert.Equal(each.Select(One), [fit.Vram.Verdict, fit.Ram.Verdict, fit.Disk.Verdict]);
        Assert.Equal(verdict, fit.Verdict);
    }

    [Fact]
    public void What_was_left_out_on_purpose_is_not_judged()
    {
        VastRunFit fit = Judge(new Machine { VramGiB = 80, OnlyWhatIsGiven = true });

        Assert.True(fit.Fits);
        Assert.Equal(VastFitVerdict.Unknown, fit.Ram.Verdict);
    }

    [Fact]
    public void A_display_takes_memory_from_the_run() =>
        Assert.Equal(
            1.5 * 0.95, Judge(Enough()).Vram.LimitGiB!.Value - Judge(Enough() with { HasDisplay = true }).Vram.LimitGiB!.Value, 1e-9);

    [Fact]
    public void The_disk_to_rent_covers_the_pessimistic_requirement_and_the_priced_disk()
    {
        VastRunFit fit = Judge(Enough() with { PricedDiskGB = 8 });

        Assert.Equal(0, fit.DiskGB % 5);
        Assert.InRange(fit.DiskGB - fit.Disk.RequiredGB.Pessimistic, 0, 5);
        Assert.Equal(222, Judge(Enough() with { PricedDiskGB = 222 }).DiskGB);
    }

    [Fact]
    public void The_price_is_for_the_disk_to_rent()
    {
        VastRunFit fit =
            Judge(Enough() with { PricedDiskGB = 100, GpuPricePerHour = 0.40m, DiskPricePerGBMonth = 0.072m, PricePerHour = 0.4008m });

        Assert.Equal(0.41m, fit.PricePerHour);      // 0.40 + 0.072 / 720 x 100
        Assert.Equal(0.5m, Judge(Enough() with { PricePerHour = 0.5m }).PricePerHour);
    }

    [Fact]
    public void Advice_is_what_makes_it_fit_cheapest_first()
    {
        VastWorkload greedy = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.QLoRA, d =>
        {
            d.BatchSize = 16;
            d.SequenceLength = 4096;
            d.Checkpointing = VastCheckpointing.None;
            d.Loss = VastLoss.Materialized;
        });
        Machine card = Enough() with { VramGiB = 23.99 };

        VastRunFit fit = new RunFitter(greedy).Judge(card);

        Assert.Equal(VastFitVerdict.TooSmall, fit.Verdict);
        Assert.NotEmpty(fit.Advice);
        Assert.Matches("^-Checkpointing Full -Loss FusedLinear -BatchSize [248] -GradientAccumulation [248]$", fit.Advice[0].Change);
        Assert.All(fit.Advice.Where(a => a.Change.StartsWith('-')), a => Assert.True(a.VramGiB <= fit.Vram.LimitGiB, a.ToString()));
    }

    // 7.6 B in 16 bits with two states and gradients is 76 GB at the step: nothing short of another method helps a 24 GB card.
    [Fact]
    public void Full_training_on_a_small_card_is_told_to_use_adapters_or_more_GPUs()
    {
        VastRunFit fit = new RunFitter(Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full)).Judge(Enough() with { VramGiB = 23.99 });

        Assert.Contains(fit.Advice, a => a.Change.Contains("-Method QLoRA", StringComparison.Ordinal));
        Assert.DoesNotContain(fit.Advice, a => a.Change.Contains("AdamW8bit", StringComparison.Ordinal));
    }

    [Fact]
    public void GPUs_that_are_there_anyway_are_used_before_more_are_rented()
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.BatchSize = 1);

        VastRunFit fit = new RunFitter(work).Judge(Enough() with { GpuCount = 4, VramGiB = 63.99 });

        Assert.Contains(fit.Advice, a => a.Change == "-Sharding Zero3 on 4 GPUs" && a.GpuCount == 4);
    }

    // 32 B in 4 bits are 18 GiB: four cards of 24 GB hold them spread, but not with the logits of four sequences.
    [Fact]
    public void Settings_and_GPUs_that_are_there_are_changed_together_before_more_are_rented()
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-32B", VastRunMethod.QLoRA, d => d.BatchSize = 4);

        VastRunFit fit = new RunFitter(work).Judge(Enough() with { GpuCount = 4, VramGiB = 23.99 });

        Assert.Contains(fit.Advice, a => a.GpuCount == 4
            && a.Change.StartsWith("-Loss FusedLinear", StringComparison.Ordinal)
            && a.Change.EndsWith("-Sharding Zero3 on 4 GPUs", StringComparison.Ordinal));
        Assert.All(fit.Advice.Where(a => a.Change.StartsWith('-')), a => Assert.True(a.VramGiB <= fit.Vram.LimitGiB, a.ToString()));
    }

    [Fact]
    public void A_size_to_rent_also_fits_where_it_reports_7_percent_less()
    {
        VastRunFit fit = new RunFitter(s_work).Judge(Enough() with { VramGiB = 8 });
        string rent = fit.Advice.Single(a => a.Change.StartsWith("rent", StringComparison.Ordinal)).Change;
        int size = int.Parse(new string([.. rent.Where(char.IsDigit)]), System.Globalization.CultureInfo.InvariantCulture);

        Assert.True(Judge(Enough() with { VramGiB = size * 0.93 }).Fits);
    }

    [Fact]
    public void Nothing_is_advised_where_nothing_helps()
    {
        VastWorkload vast = Works.Of("meta-llama/Llama-2-70b-hf", VastRunMethod.Inference, d => d.SequenceLength = 4_000_000);

        Assert.Empty(new RunFitter(vast).Judge(Enough() with { VramGiB = 8 }).Advice);
    }

    private static Machine Enough() => new() { GpuName = "RTX 4090", VramGiB = 80, RamGiB = 512, DiskGB = 2000 };

    private static VastRunFit Judge(Machine machine) => new RunFitter(s_work).Judge(machine);
}
