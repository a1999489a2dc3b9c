using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Curves of files on this computer, in a window of 120 columns and without one.</summary>
public sealed class ShowVastRunMetricTests : IDisposable
{
    private readonly string _path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + ".log");

    public ShowVastRunMetricTests() => Write(
        string.Concat(Enumerable.Range(1, 200).Select(i => FormattableString.Invariant(
            $"step {i}/400 | loss {(i == 77 ? "nan" : FormattableString.Invariant($"{5.0 / i:0.0000}"))} | lr 0.001 | grad_norm 0.{i % 10}\n"))));

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(false, "", 79)]
    [InlineData(true, "", 119)]
    [InlineData(true, "-Width 60", 60)]
    public void The_loss_is_drawn_as_wide_as_the_window(bool hasWindow, string arguments, int width)
    {
        IReadOnlyList<string> lines = Run("Show-VastRunMetric -Path $path " + arguments, hasWindow).Clean<string>();
        Assert.Equal(
            $"{Path.GetFileName(_path)}: loss, 200 values, the last 0.025 at step 200 of 400"[..Math.Min(width - 1, 80)], lines[0][..Math.Min(width - 1, 80)].TrimEnd());
        Assert.Equal(12 + 4, lines.Count);
        Assert.Equal(width, lines[13].Length);
        Assert.Equal("N NaN at step 77", lines[^1]);
        Assert.Contains("N", lines[13], StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_that_another_command_read_are_drawn_each_by_itself()
    {
        IReadOnlyList<string> lines = Run(
            "Get-VastRunMetric -Path $path | Where-Object Step -gt 100 | Show-VastRunMetric -Metric loss, grad* -Height 4").Clean<string>();
        Assert.Equal(2 * (4 + 3) + 1, lines.Count);
        Assert.StartsWith("loss, 100 values", lines[0], StringComparison.Ordinal);
        Assert.Equal("", lines[7]);
        Assert.StartsWith("grad_norm, 100 values", lines[8], StringComparison.Ordinal);
        Assert.Equal(
            lines.Take(7), Run("$all = Get-VastRunMetric -Path $path -Metric loss | Where-Object Step -gt 100; "
                + "Show-VastRunMetric -InputObject $all -Height 4").Clean<string>());
    }

    [Fact]
    public void What_is_not_there_is_told_with_what_is()
    {
        Ran ran = Run("Show-VastRunMetric -Path $path -Metric reward");
        Assert.Empty(ran.Output);
        Assert.EndsWith("has no metric of that name, it has loss, lr, grad_norm", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Write("hello\n");
        ran = Run("Show-VastRunMetric -Path $path");
        Assert.Empty(ran.Output);
        Assert.Contains("no metric was found", Assert.Single(ran.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Width 10", "Width")]
    [InlineData("-Height 0", "Height")]
    [InlineData("-Metric 'a['", "Metric")]
    [InlineData("-Pattern 'E(\\d+)'", "Pattern")]
    public void Bad_input_is_one_error(string arguments, string parameter) => Assert.Contains(
        "-" + parameter, Run("Show-VastRunMetric -Path $path " + arguments).OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void A_row_of_the_table_has_the_curve_so_far()
    {
        IReadOnlyList<VastMetric> loss = Run("Get-VastRunMetric -Path $path -Metric loss").Clean<VastMetric>();
        Assert.Equal(["▄", "█▁", "█▂▁"], loss.Take(3).Select(m => m.Sparkline));
        Assert.Contains("N", loss[^1].Sparkline, StringComparison.Ordinal);
        Assert.StartsWith("█", loss[^1].Sparkline, StringComparison.Ordinal);
    }

    private void Write(string log) => File.WriteAllText(_path, log);

    private Ran Run(string script, bool hasWindow = false)
    {
        using var host = new CmdletHost(host: hasWindow ? new CaptureHost() : null);
        return host.Run(script, ("path", _path));
    }
}
