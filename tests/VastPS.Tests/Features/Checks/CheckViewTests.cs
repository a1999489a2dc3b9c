using System.Text.RegularExpressions;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

/// <summary>What people see of sums of checks, idle boxes and ssh names.</summary>
public sealed partial class CheckViewTests
{
    public static TheoryData<string, string, string> Views() => new()
    {
        { "check", "Instance Status Checks Unknown Took Not passed", "4001 Fail 2 1 42s GpuInUse Fail; unknown: GpuErrors" },
        {
            "idle",
            "Instance Name USD/h Wasted USD Quiet for GPU Why",
            "4001 train 0.5000 1.0000 2h 1x RTX 4090 no process on the GPU"
        },
        { "entry", "Alias Instance Host name Port User Server", "vast-train 4001 203.0.113.7 40022 root console.vast.ai" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void A_table_shows_what_matters_in_a_line_that_fits(string sample, string heads, string row)
    {
        var shown = new CaptureHost("none");
        using var host = new CmdletHost(new RunspaceServices(), shown);
        host.Run("$x | Out-Default", ("x", Sample(sample))).Clean<object>();
        string[] lines = [.. Colour().Replace(shown.Shown, "").Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];
        Assert.All(lines, l => Assert.True(l.Length <= 120, l));
        Assert.Equal(heads, Blanks().Replace(lines[0].Trim(), " "));
        Assert.Equal(row, Blanks().Replace(lines[2].Trim(), " "));
    }

    private static object Sample(string name) => name switch
    {
        "check" => new VastInstanceCheck
        {
            InstanceId = 4001,
            Status = VastCheckStatus.Fail,
            Duration = TimeSpan.FromSeconds(42),
            Checks =
            [
                new VastCheckResult { Name = "GpuInUse", Status = VastCheckStatus.Fail },
                new VastCheckResult { Name = "GpuErrors", Status = VastCheckStatus.Unknown, IsOptional = true },
            ],
        },
        "idle" => new VastIdleInstance
        {
            InstanceId = 4001,
            Name = "train",
            GpuName = "RTX 4090",
            GpuCount = 1,
            PricePerHour = 0.5m,
            QuietFor = TimeSpan.FromHours(2),
            Evidence = ["no process on the GPU"],
        },
        _ => new VastSshConfigEntry
        {
            Aliases = ["vast-train", "vast-4001"],
            InstanceId = 4001,
            HostName = "203.0.113.7",
            Port = 40022,
            User = "root",
            Server = "console.vast.ai",
        },
    };

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
