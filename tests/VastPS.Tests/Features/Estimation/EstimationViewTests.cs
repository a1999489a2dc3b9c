using System.Text.RegularExpressions;
using VastPS.Internal;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

public class EstimationViewTests
{
    private static readonly VastWorkload s_work = Works.Of("meta-llama/Llama-3.3-70B-Instruct", VastRunMethod.QLoRA, d =>
    {
        d.BatchSize = 16;
        d.Optimizer = VastOptimizer.PagedAdamW8bit;
        d.Steps = 3000;
        d.Loss = VastLoss.Materialized;
    });

    private static readonly VastOffer s_offer = new()
    {
        OfferId = 12345678,
        GpuName = "RTX PRO 6000 WS",
        GpuCount = 8,
        VramGiB = 95.59,
        UsableRamGiB = 1024,
        DiskGB = 8,
        AvailableDiskGB = 12000,
        PricePerHour = 9.8765m,
    };

    [Theory]
    [InlineData("$work", "Params (B)", "meta-llama/Llama-3.3-70B-Instruct", "70.6", "r16 NF4", "PagedAdamW8bit")]
    [InlineData("$offer | Test-VastRunFit $work", "Need/VRAM GiB", "offer 12345678", "8x RTX PRO 6000 WS", "9.8765")]
    [InlineData("($offer | Test-VastRunFit $work).Vram", "Worst GiB", "VRAM per GPU", "Forward")]
    [InlineData("($offer | Test-VastRunFit $work).Vram.Terms", "Base (GiB)", "Logits and loss", "Collective buffers")]
    [InlineData("(Test-VastRunFit $work -VramGiB 80 -RamGiB 64).Advice", "Change", "-Loss FusedLinear", "VRAM GiB")]
    public void Tables_show_what_matters_and_fit_120_columns(string script, params string[] shown)
    {
        var screen = new CaptureHost();
        using var host = new CmdletHost(host: screen);

        host.Run($"{script} | Out-Default", ("work", s_work), ("offer", s_offer)).Clean<object>();

        string text = Regex.Replace(screen.Shown, "\x1b\\[[0-9;]*m", "");
        Assert.All(shown, s => Assert.Contains(s, text, StringComparison.Ordinal));
        Assert.DoesNotContain("…", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 120, $"{line.Length}: {line}"));
    }

    [Fact]
    public void Unknown_sizes_are_a_question_mark() => Assert.Equal("?", _Format.Size(null));

    [Theory]
    [InlineData(494_032_768, "0.49")]
    [InlineData(70_553_706_496, "70.6")]
    public void Parameters_are_shown_in_billions(long count, string shown) => Assert.Equal(shown, _Format.Billions(count));
}
