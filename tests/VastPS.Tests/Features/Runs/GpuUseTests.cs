using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

public sealed class GpuUseTests
{
    private static readonly DateTimeOffset s_begin = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, 5, "1, 0", "1, 0")]
    [InlineData(true, 5, "15, 0", "4, 0")]
    [InlineData(false, 5, "1, 0", "8192, 97")]
    [InlineData(false, 5, "430, 0", "430, 0")] // a context waits for its data
    [InlineData(false, 5, "1, 0", "1, 3")]
    [InlineData(false, 2, "1, 0", "1, 0")] // too short to know
    [InlineData(false, 5, "[N/A], [N/A]", "1, 0")]
    [InlineData(false, 5)] // no nvidia-smi
    [InlineData(false, null, "1, 0", "1, 0")]
    public void A_training_on_the_CPU_is_seen_where_that_can_be_known(bool expected, int? secondsOfTraining, params string[] lines)
    {
        var gpu = new GpuUse();
        foreach (string line in lines)
        {
            gpu.Add(line, s_begin.AddSeconds(60));
        }

        string? reason = gpu.OnTheCpu(secondsOfTraining is { } seconds ? s_begin.AddSeconds(60 - seconds) : null);
        Assert.Equal(expected, reason?.Contains("trains on the CPU: no GPU was used", StringComparison.Ordinal) ?? false);
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
}
