using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class GpuUseTests
{
    private static readonly DateTimeOffset s_begin = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    // Looks a second apart, from half a second after the first loss on.
    [Theory]
    [InlineData(true, null, "1, 0", "1, 0")]
    [InlineData(true, null, "15, 0", "4, 0", "2, 0")]
    [InlineData(false, null, "1, 0", "8192, 97")]
    [InlineData(false, null, "430, 0", "430, 0")] // a context waits for its data
    [InlineData(false, null, "1, 0", "1, 3")]
    [InlineData(false, null, "1, 0")] // one look may be between two processes
    [InlineData(true, 1.0, "1, 0")] // of a training that has ended already it is all there is
    [InlineData(false, 0.4, "1, 0")] // which was after it
    [InlineData(false, null, "[N/A], [N/A]", "1, 0", "1, 0")]
    [InlineData(false, null)] // no nvidia-smi
    public void A_training_on_the_CPU_is_seen_where_that_can_be_known(bool expected, double? endSeconds, params string[] lines)
    {
        GpuUse gpu = Seen(lines);
        DateTimeOffset? end = endSeconds is { } seconds ? s_begin.AddSeconds(seconds) : null;
        Assert.Equal(
            expected, gpu.OnTheCpu(s_begin, end, null)?.Contains("trains on the CPU: no GPU was used", StringComparison.Ordinal) ?? false);
        Assert.Null(gpu.OnTheCpu(null, end, null));
    }

    [Theory]
    [InlineData("no GPU was seen at work; its log says: no driver")]
    [InlineData("it trains on the CPU: no GPU was used, nvidia-smi showed at most 1 MiB and 0 %; its log says: no driver", "1, 0", "1, 0")]
    [InlineData("no GPU was seen at work; its log says: no driver", "[N/A], [N/A]")]
    [InlineData(null, "8192, 97")] // whatever the log says
    public void What_the_log_says_of_the_driver_is_told_with_it(string? expected, params string[] lines) =>
        Assert.Equal(expected, Seen(lines).OnTheCpu(s_begin, null, "no driver"));

    [Theory]
    [InlineData(false, "1, 0")]
    [InlineData(true, "1, 0", "1, 0")]
    [InlineData(true, "8192, 97")]
    [InlineData(true, "[N/A], [N/A]")]
    public void Two_looks_or_a_busy_GPU_decide(bool expected, params string[] lines)
    {
        GpuUse gpu = Seen(lines);
        Assert.Equal(expected, gpu.IsDecided(s_begin));
        gpu.End();
        Assert.True(gpu.IsDecided(s_begin));
    }

    [Fact]
    public void Lines_of_several_GPUs_are_one_look_and_each_calls_back()
    {
        (GpuUse gpu, int called) = (new GpuUse(), 0);
        gpu.OnLook = () => called++;
        for (int card = 0; card < 8; card++)
        {
            gpu.Add("1, 0", s_begin.AddSeconds(1 + (card * 0.001)));
        }

        Assert.False(gpu.IsDecided(s_begin));
        gpu.End();
        Assert.Equal(9, called);
    }

    [Fact]
    public void The_peak_is_that_of_the_fullest_GPU()
    {
        var gpu = new GpuUse();
        Assert.Null(gpu.PeakVramGiB);
        gpu.Add("8192, 97", s_begin);
        gpu.Add("2048, 3", s_begin);
        Assert.Equal(8, gpu.PeakVramGiB);
    }

    private static GpuUse Seen(string[] lines)
    {
        var gpu = new GpuUse();
        for (int i = 0; i < lines.Length; i++)
        {
            gpu.Add(lines[i], s_begin.AddSeconds(0.5 + i));
        }

        return gpu;
    }
}
