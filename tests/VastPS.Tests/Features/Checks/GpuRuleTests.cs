using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

public sealed class GpuRuleTests
{
    private static readonly VastInstance s_rented =
        new() { InstanceId = 7, GpuCount = 1, GpuName = "RTX 4090", VramGiB = 24, DriverVersion = "550.127.05" };

    private static readonly GpuReading s_good = new(0, "GPU-a", "NVIDIA GeForce RTX 4090", "550.127.05", 24564, 1, 0, 31)
    {
        UncorrectedErrors = 0,
        HasRemapTrouble = false,
        Slowdowns = [],
    };

    [Fact]
    public void A_good_card_passes_everything_and_has_nothing_to_fix()
    {
        VastCheckResult[] results = Judge(s_good);
        Assert.Equal(
            ["GpuCount", "GpuModel", "GpuVram", "GpuInUse", "GpuDriver", "GpuHeat", "GpuErrors", "GpuSlowdown"],
            results.Select(r => r.Name));
        Assert.All(results, r => Assert.True(r is { Status: VastCheckStatus.Pass, Fix: "" }, r.ToString()));
    }

    [Theory]
    [InlineData(15.0, VastCheckStatus.Pass)]
    [InlineData(16.0, VastCheckStatus.Warn)]
    [InlineData(300.0, VastCheckStatus.Warn)]
    [InlineData(301.0, VastCheckStatus.Fail)]
    [InlineData(null, VastCheckStatus.Unknown)]
    public void Memory_in_use_before_anything_runs_is_somebody_else(double? usedMiB, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuInUse", s_good with { UsedMiB = usedMiB }));

    // Another container's memory may not show in this one; its load does.
    [Theory]
    [InlineData(9.0, 1.0, VastCheckStatus.Pass, 1.0)]
    [InlineData(10.0, 1.0, VastCheckStatus.Warn, 10.0)]
    [InlineData(100.0, 0.0, VastCheckStatus.Warn, 100.0)]
    [InlineData(100.0, 400.0, VastCheckStatus.Fail, 400.0)]
    [InlineData(null, 0.0, VastCheckStatus.Pass, 0.0)]
    public void Load_without_memory_is_somebody_too(double? busy, double usedMiB, VastCheckStatus expected, double measured)
    {
        VastCheckResult result = Of("GpuInUse", s_good, s_good with { UsePercent = busy, UsedMiB = usedMiB });
        Assert.Equal((expected, Math.Max(measured, busy is null or 9 ? 1 : 0)), (result.Status, result.Measured));
        Assert.Equal(result.Unit == "% busy", result.Evidence[0].Contains("somebody else", StringComparison.Ordinal));
    }

    // 24 GiB are sold for what the driver calls 24564 or 22500 MiB; 7 % is the nominal tolerance.
    [Theory]
    [InlineData(24564.0, VastCheckStatus.Pass)]
    [InlineData(22860.0, VastCheckStatus.Pass)]
    [InlineData(22850.0, VastCheckStatus.Fail)]
    [InlineData(12288.0, VastCheckStatus.Fail)]
    [InlineData(null, VastCheckStatus.Unknown)]
    public void Memory_may_be_seven_percent_below_nominal(double? totalMiB, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuVram", s_good with { TotalMiB = totalMiB }));

    [Theory]
    [InlineData(79.0, VastCheckStatus.Pass)]
    [InlineData(80.0, VastCheckStatus.Warn)]
    [InlineData(90.0, VastCheckStatus.Fail)]
    [InlineData(null, VastCheckStatus.Unknown)]
    public void Heat_has_two_limits(double? celsius, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuHeat", s_good with { Celsius = celsius }));

    [Theory]
    [InlineData(null, null, VastCheckStatus.Unknown)] // a desktop card: not told is not good
    [InlineData(0.0, null, VastCheckStatus.Pass)]
    [InlineData(1.0, false, VastCheckStatus.Fail)]
    [InlineData(null, true, VastCheckStatus.Fail)]
    public void Memory_errors_are_unknown_where_the_card_does_not_count_them(double? errors, bool? remaps, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuErrors", s_good with { UncorrectedErrors = errors, HasRemapTrouble = remaps }));

    [Theory]
    [InlineData(0.0, VastCheckStatus.Warn)]
    [InlineData(97.0, VastCheckStatus.Fail)]
    public void A_slowdown_counts_under_load(double busy, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuSlowdown", s_good with { UsePercent = busy, Slowdowns = ["hw_thermal_slowdown"] }));

    [Theory]
    [InlineData("550.127.05", VastCheckStatus.Pass)]
    [InlineData("560.35.03", VastCheckStatus.Pass)]
    [InlineData("535.154.05", VastCheckStatus.Warn)]
    [InlineData(null, VastCheckStatus.Unknown)]
    public void A_driver_may_be_newer_than_advertised(string? driver, VastCheckStatus expected) =>
        Assert.Equal(expected, Status("GpuDriver", s_good with { Driver = driver }));

    [Fact]
    public void A_complaint_beside_the_right_number_of_cards_fails()
    {
        const string Complaint = "Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.";
        VastCheckResult count = GpuRule.Judge(s_rented, new GpuReport([s_good], [Complaint], true, [])).First();
        Assert.Equal((VastCheckStatus.Fail, 1, 1), (count.Status, count.Measured, count.Expected));
        Assert.Equal(Complaint, count.Evidence[0]);
        Assert.Contains("Remove-VastInstance -InstanceId 7", count.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_card_fails_and_one_that_could_not_be_asked_is_unknown()
    {
        VastInstance two = new() { InstanceId = 7, GpuCount = 2, GpuName = "RTX 4090" };
        VastCheckResult missing = GpuRule.Judge(two, new GpuReport([s_good], [], true, [])).First();
        Assert.Equal((VastCheckStatus.Fail, 1, 2), (missing.Status, missing.Measured, missing.Expected));
        Assert.Contains("Remove-VastInstance -InstanceId 7", missing.Fix, StringComparison.Ordinal);

        VastCheckResult lost = Assert.Single(GpuRule.Judge(two, new GpuReport([], ["GPU is lost"], true, [])));
        Assert.Equal(VastCheckStatus.Fail, lost.Status);
        Assert.Contains("GPU is lost", lost.Evidence);

        VastCheckResult silent = Assert.Single(GpuRule.Judge(two, new GpuReport([], ["no answer"], false, [])));
        Assert.Equal((VastCheckStatus.Unknown, (double?)null), (silent.Status, silent.Measured));
    }

    [Theory]
    [InlineData(1, VastCheckStatus.Fail)]
    [InlineData(2, VastCheckStatus.Pass)]
    [InlineData(3, VastCheckStatus.Warn)] // more than was rented: whose is it?
    public void The_number_of_cards_is_the_one_that_was_rented(int found, VastCheckStatus expected)
    {
        VastInstance two = new() { InstanceId = 7, GpuCount = 2, GpuName = "RTX 4090", VramGiB = 24, DriverVersion = "550.127.05" };
        VastCheckResult count = GpuRule.Judge(two, new GpuReport([.. Enumerable.Repeat(s_good, found)], [], true, [])).First();
        Assert.Equal((expected, found, 2.0), (count.Status, count.Measured, count.Expected));
        Assert.Equal(expected == VastCheckStatus.Warn, count.Fix.Contains("nvidia-smi -L", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_several_cards_the_worst_decides_and_one_that_says_nothing_leaves_the_whole_unknown()
    {
        (string Name, GpuReading Bad, double Measured)[] rows =
        [
            ("GpuVram", s_good with { TotalMiB = 12288 }, 12), ("GpuInUse", s_good with { UsedMiB = 400 }, 400),
            ("GpuHeat", s_good with { Celsius = 95 }, 95), ("GpuErrors", s_good with { UncorrectedErrors = 2 }, 2),
        ];
        foreach ((string name, GpuReading bad, double measured) in rows)
        {
            foreach (GpuReading[] order in new GpuReading[][] { [s_good, bad], [bad, s_good] })
            {
                VastCheckResult result = Of(name, order);
                Assert.Equal((name, VastCheckStatus.Fail, measured), (name, result.Status, result.Measured));
            }
        }

        GpuReading silent = new(1, null, null, "550.127.05", null, null, null, null);
        foreach (string name in new[] { "GpuVram", "GpuInUse", "GpuHeat", "GpuErrors", "GpuModel", "GpuSlowdown" })
        {
            VastCheckResult result = Of(name, s_good, silent);
            Assert.Equal((name, VastCheckStatus.Unknown), (name, result.Status));
            Assert.Equal(name == "GpuModel" ? 1.0 : null, result.Measured);
        }

        GpuReading other = s_good with { Name = "NVIDIA GeForce RTX 3090" }, variant = s_good with { Name = "NVIDIA GeForce RTX 4090 Ti" };
        Assert.Equal(VastCheckStatus.Fail, Of("GpuModel", silent, other, variant).Status);
        Assert.Equal(VastCheckStatus.Unknown, Of("GpuModel", variant, silent).Status);
        Assert.Equal(VastCheckStatus.Warn, Of("GpuModel", s_good, variant).Status);
    }

    [Theory]
    [InlineData(49.0, VastCheckStatus.Warn)]
    [InlineData(50.0, VastCheckStatus.Fail)]
    [InlineData(null, VastCheckStatus.Warn)]
    public void A_slowdown_says_something_from_half_a_load_on(double? busy, VastCheckStatus expected)
    {
        VastCheckResult result = Of("GpuSlowdown", s_good, s_good with { UsePercent = busy, Slowdowns = ["sw_power_cap"] });
        Assert.Equal((expected, 1.0, 0.0, true), (result.Status, result.Measured, result.Expected, result.IsOptional));
        Assert.Contains(result.Evidence, e => e.EndsWith("sw_power_cap", StringComparison.Ordinal));
    }

    // Who can do something about it is told what; who cannot is told to leave.
    [Fact]
    public void What_to_type_follows_from_what_was_found()
    {
        Assert.Contains("Remove-VastInstance", Of("GpuInUse", s_good with { UsedMiB = 400 }).Fix, StringComparison.Ordinal);
        VastCheckResult seen = GpuRule.Judge(s_rented, new GpuReport([s_good with { UsedMiB = 400 }], [], true, ["4711 python"]))
            .Single(r => r.Name == "GpuInUse");
        Assert.Contains("nvidia-smi", seen.Fix, StringComparison.Ordinal);
        Assert.Contains("on the GPU: 4711 python", seen.Evidence);
        Assert.Contains("nvidia-smi", Of("GpuInUse", s_good with { UsedMiB = 100 }).Fix, StringComparison.Ordinal);
        Assert.Contains("Remove-VastInstance", Of("GpuErrors", s_good with { UncorrectedErrors = 2 }).Fix, StringComparison.Ordinal);
        GpuReading silent = s_good with { UncorrectedErrors = null, HasRemapTrouble = null };
        Assert.Contains("ROW_REMAPPER", Of("GpuErrors", silent).Fix, StringComparison.Ordinal);
        Assert.Contains("PERFORMANCE", Of("GpuSlowdown", s_good with { Slowdowns = null }).Fix, StringComparison.Ordinal);
        Assert.Contains(
            "Remove-VastInstance", Of("GpuSlowdown", s_good with { UsePercent = 99, Slowdowns = ["x"] }).Fix, StringComparison.Ordinal);
    }

    private static VastCheckResult Of(string name, params GpuReading[] gpus) =>
        GpuRule.Judge(s_rented, new GpuReport(gpus, [], true, [])).Single(r => r.Name == name);

    // Names as drivers print them, against names as the market spells them.
    [Theory]
    [InlineData("NVIDIA GeForce RTX 4090", "RTX 4090", VastCheckStatus.Pass)]
    [InlineData("NVIDIA A100-SXM4-80GB", "A100 SXM4", VastCheckStatus.Pass)]
    [InlineData("NVIDIA A100-PCIE-40GB", "A100 PCIE", VastCheckStatus.Pass)]
    [InlineData("NVIDIA A100-PCIE-40GB", "A100 SXM4", VastCheckStatus.Fail)]
    [InlineData("NVIDIA H100 80GB HBM3", "H100 SXM", VastCheckStatus.Pass)]
    [InlineData("NVIDIA H100 PCIe", "H100 SXM", VastCheckStatus.Fail)]
    [InlineData("NVIDIA H100 NVL", "H100 NVL", VastCheckStatus.Pass)]
    [InlineData("NVIDIA RTX 6000 Ada Generation", "RTX 6000Ada", VastCheckStatus.Pass)]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 WS", VastCheckStatus.Pass)]
    [InlineData("NVIDIA GeForce RTX 4080 SUPER", "RTX 4080S", VastCheckStatus.Pass)]
    [InlineData("NVIDIA GeForce RTX 4070 Ti SUPER", "RTX 4070S Ti", VastCheckStatus.Pass)]
    [InlineData("Tesla V100-SXM2-32GB", "Tesla V100", VastCheckStatus.Pass)]
    [InlineData("Quadro RTX 8000", "Q RTX 8000", VastCheckStatus.Pass)]
    [InlineData("NVIDIA GeForce RTX 3060", "RTX 3060 Ti", VastCheckStatus.Warn)]
    [InlineData("NVIDIA GeForce RTX 3090", "RTX 4090", VastCheckStatus.Fail)]
    [InlineData("NVIDIA A10", "A100 SXM4", VastCheckStatus.Fail)]
    [InlineData("NVIDIA L40", "L40S", VastCheckStatus.Warn)]
    [InlineData(null, "RTX 4090", VastCheckStatus.Unknown)]
    public void Names_of_driver_and_market_are_compared_by_meaning(string? driver, string market, VastCheckStatus expected) =>
        Assert.Equal(expected, GpuModelName.Compare(driver, market));

    private static VastCheckResult[] Judge(GpuReading gpu) => [.. GpuRule.Judge(s_rented, new GpuReport([gpu], [], true, []))];

    private static VastCheckStatus Status(string name, GpuReading gpu)
    {
        VastCheckResult result = Judge(gpu).Single(r => r.Name == name);
        Assert.Equal(result.Status != VastCheckStatus.Pass, result.Fix.Length > 0);
        return result.Status;
    }
}
