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
