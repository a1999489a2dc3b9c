using VastPS.Features.Checks;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Features.Checks;

/// <summary>What nvidia-smi prints, whole, broken and cut anywhere.</summary>
public sealed class GpuScriptTests
{
    private const string TwoCards = """
        vastps-begin gpu
        0, GPU-aaaa, NVIDIA GeForce RTX 4090, 550.127.05, 24564, 1, 0, 31
        1, GPU-bbbb, NVIDIA GeForce RTX 4090, 550.127.05, 24564, 18141, 97, 68

        vastps-end gpu 0
        vastps-begin ecc
        0, [N/A]
        1, 0

        vastps-end ecc 0
        vastps-begin remap
        Field "remapped_rows.pending" is not a valid field to query.

        vastps-end remap 2
        vastps-begin slow
        Field "clocks_event_reasons.hw_slowdown" is not a valid field to query.

        vastps-end slow 2
        vastps-begin slow
        0, Not Active, Not Active, Not Active, Not Active
        1, Not Active, Active, Not Active, Not Active

        vastps-end slow 0
        vastps-begin apps
        4711, python, 18100

        vastps-end apps 0

        """;

    [Fact]
    public void Every_group_of_fields_is_read_by_itself()
    {
        GpuReport report = GpuScript.Read(ProbeText.Read("Welcome to vast.ai\n" + TwoCards));
        Assert.True(report.HasAnswered);
        Assert.Empty(report.Complaints);
        Assert.Equal(["4711, python, 18100"], report.Processes);
        Assert.Equal([24564.0, 24564.0], report.Gpus.Select(g => g.TotalMiB!.Value));
        Assert.Equal([1.0, 18141.0], report.Gpus.Select(g => g.UsedMiB!.Value));
        Assert.Equal([null, 0.0], report.Gpus.Select(g => g.UncorrectedErrors));
        Assert.All(report.Gpus, g => Assert.Null(g.HasRemapTrouble));
        Assert.Equal([], report.Gpus[0].Slowdowns);
        Assert.Equal(["hw_thermal_slowdown"], report.Gpus[1].Slowdowns);
    }

    // The words of real drivers for what they do not tell, and for cards that are gone.
    [Theory]
    [InlineData("0, GPU-a, NVIDIA H100 80GB HBM3, 590.48.01, [N/A], [Not Supported], [N/A], N/A", 1, 0)]
    [InlineData("Failed to initialize NVML: Driver/library version mismatch", 0, 1)]
    [InlineData("Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost. Reboot the system to recover this GPU", 0, 1)]
    [InlineData("NVIDIA A100-SXM4-80GB, 81920 MiB", 0, 1)]
    [InlineData("", 0, 1)]
    public void What_is_not_told_is_null_and_what_is_no_card_is_a_complaint(string line, int gpus, int complaints)
    {
        int code = line.StartsWith("0,", StringComparison.Ordinal) ? 0 : 9;
        GpuReport report = GpuScript.Read(ProbeText.Read($"vastps-begin gpu\n{line}\n\nvastps-end gpu {code}\n"));
        Assert.Equal(gpus, report.Gpus.Count);
        Assert.Equal(complaints, report.Complaints.Count);
        Assert.All(report.Gpus, g => Assert.True(g is { TotalMiB: null, UsedMiB: null, UsePercent: null, Celsius: null }));
    }

    // Words where a number should be: what the driver does not tell is unknown, what it says is wrong with the card is a fault.
    [Theory]
    [InlineData("[GPU is lost]", "[GPU is lost]")]
    [InlineData("ERR!", "ERR!")]
    [InlineData("[Unknown Error]", "[Unknown Error]")]
    [InlineData("Unknown Error", "Unknown Error")]
    [InlineData("[GPU requires reset]", "[GPU requires reset]")]
    [InlineData("[N/A]", null)]
    [InlineData("N/A", null)]
    [InlineData("[Not Supported]", null)]
    [InlineData("[Not Available]", null)]
    [InlineData("[Insufficient Permissions]", null)]
    [InlineData("[Requested functionality has been deprecated]", null)]
    [InlineData("38", null)]
    public void A_fault_is_told_from_what_the_driver_does_not_tell(string cell, string? fault)
    {
        string[] lines = [$"0, GPU-a, NVIDIA L40S, 580.1, 46068, 0, 0, {cell}", "1, GPU-b, NVIDIA L40S, 580.1, 46068, 0, 0, 33"];
        GpuReport report = Read("gpu", 0, lines);
        Assert.Equal(fault is null ? [] : [fault], report.Gpus[0].Faults);
        Assert.Empty(report.Gpus[1].Faults);

        var two = new VastInstance { InstanceId = 1, GpuCount = 2, GpuName = "L40S" };
        VastCheckResult count = GpuRule.Judge(two, report).First();
        Assert.Equal(fault is null ? VastCheckStatus.Pass : VastCheckStatus.Fail, count.Status);
        Assert.Equal(fault is null ? 2 : 1, count.Measured);
        Assert.Equal(fault is not null, count.Evidence[0] == $"GPU 0 answers {fault}");
    }

    [Fact]
    public void A_fault_in_the_memory_counters_is_one_of_the_card()
    {
        GpuReport report = GpuScript.Read(ProbeText.Read(
            TwoCards.Replace("0, [N/A]\n1, 0", "0, [N/A]\n1, [GPU is lost]", StringComparison.Ordinal)));
        Assert.Equal(["[GPU is lost]"], report.Gpus[1].Faults);
    }

    // nvidia-smi ends with 14 and says so below good rows where an infoROM is damaged: the cards work.
    [Theory]
    [InlineData(14, "WARNING: infoROM is corrupted at gpu 0000:B3:00.0", VastCheckStatus.Warn)]
    [InlineData(14, "", VastCheckStatus.Warn)]
    [InlineData(0, "WARNING: You should always run with the library of your driver.", VastCheckStatus.Warn)]
    [InlineData(14, "Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.", VastCheckStatus.Fail)]
    [InlineData(8, "", VastCheckStatus.Fail)]
    [InlineData(124, "", VastCheckStatus.Fail)]
    public void A_warning_beside_good_rows_is_no_failure(int code, string line, VastCheckStatus expected)
    {
        GpuReport report = Read("gpu", code, "0, GPU-a, NVIDIA L40S, 580.1, 46068, 0, 0, 33", line);
        VastCheckResult count = GpuRule.Judge(new VastInstance { InstanceId = 1, GpuCount = 1, GpuName = "L40S" }, report).First();
        Assert.Equal((expected, 1.0), (count.Status, count.Measured));
        Assert.Contains(line.Length > 0 ? line : code == 124 ? "hung" : $"code {code}", count.Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_below_a_warning_are_read()
    {
        GpuReport report = GpuScript.Read(ProbeText.Read("""
            vastps-begin gpu
            0, GPU-a, NVIDIA L40S, 580.1, 46068, 0, 0, 33
            WARNING: infoROM is corrupted at gpu 0000:B3:00.0

            vastps-end gpu 14
            vastps-begin ecc
            0, 3
            WARNING: infoROM is corrupted at gpu 0000:B3:00.0

            vastps-end ecc 14

            """));
        Assert.Equal(3, Assert.Single(report.Gpus).UncorrectedErrors);
    }

    // The list of a card that is cut: the row of the card tells the whole memory, a container has the slice.
    [Theory]
    [InlineData("", null, VastCheckStatus.Unknown)]
    [InlineData("  MIG 3g.40gb     Device  0: (UUID: MIG-c7384736)", 40.0, VastCheckStatus.Fail)]
    [InlineData("  MIG 1c.3g.40gb  Device  0: (UUID: MIG-c7384736)\n  MIG 1g.10gb+me Device 1: (UUID: MIG-1)", 10.0, VastCheckStatus.Fail)]
    [InlineData("  MIG 7g.80gb     Device  0: (UUID: MIG-c7384736)", 80.0, VastCheckStatus.Pass)]
    public void A_slice_is_measured_as_a_slice(string slices, double? gib, VastCheckStatus expected)
    {
        GpuReport report = GpuScript.Read(ProbeText.Read(
            "vastps-begin gpu\n0, GPU-a, NVIDIA H100 80GB HBM3, 580.1, 81559, 87, [N/A], 35\n\nvastps-end gpu 0\n"
            + "vastps-begin mig\n0, Enabled\n\nvastps-end mig 0\n"
            + $"vastps-begin list\nGPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-a)\n{slices}\n\nvastps-end list 0\n"));
        VastCheckResult vram = GpuRule.Judge(new VastInstance { InstanceId = 1, GpuCount = 1, GpuName = "H100 SXM", VramGiB = 80 }, report)
            .Single(r => r.Name == "GpuVram");
        Assert.Equal((expected, gib), (vram.Status, vram.Measured));
        Assert.StartsWith("MIG is on", vram.Evidence[^1], StringComparison.Ordinal);
    }

    private static GpuReport Read(string section, int code, params string[] lines) => GpuScript.Read(ProbeText.Read(
        $"vastps-begin {section}\n{string.Join('\n', lines)}\n\nvastps-end {section} {code}\n"));

    [Fact]
    public void A_cut_at_any_character_never_turns_into_a_better_verdict()
    {
        var instance =
            new VastInstance { InstanceId = 1, GpuCount = 2, GpuName = "RTX 4090", VramGiB = 23.99, DriverVersion = "550.127.05" };
        Dictionary<string, VastCheckStatus> whole = Judge(TwoCards);
        Assert.Equal(VastCheckStatus.Fail, whole["GpuInUse"]);
        for (int cut = 0; cut < TwoCards.Length; cut++)
        {
            foreach ((string name, VastCheckStatus status) in Judge(TwoCards[..cut]))
            {
                Assert.True(status == VastCheckStatus.Unknown || status == whole[name], $"{name} is {status} when cut at {cut}");
            }
        }

        Dictionary<string, VastCheckStatus> Judge(string text) =>
            GpuRule.Judge(instance, GpuScript.Read(ProbeText.Read(text))).ToDictionary(r => r.Name, r => r.Status);
    }
}
