using System.Text;
using VastPS.Tests.Kernel.Logs;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Metrics of files on this computer: no server is needed for them.</summary>
public sealed class GetVastRunMetricTests : IDisposable
{
    private readonly CmdletHost _host = new();
    private readonly string _path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + ".log");

    public void Dispose()
    {
        _host.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void The_loss_is_found_whatever_it_is_called()
    {
        Write("steps:   1%|#  | 1/90 [00:01<01:29,  1.0s/it, avr_loss=0.5]\rsteps:   2%|#  | 2/90 [00:02<01:28,  1.0s/it, avr_loss=0.25]\n");
        IReadOnlyList<VastMetric> loss = Read("-Metric loss").Clean<VastMetric>();
        Assert.Equal([(1, 90, "avr_loss", 0.5), (2, 90, "avr_loss", 0.25)], loss.Select(m => ((int)m.Step!, (int)m.TotalSteps!, m.Name, m.Value)));
        Assert.Equal(2, Read("-Metric avr*").Clean<VastMetric>().Count);
        Assert.Empty(Read("-Metric reward").Clean<VastMetric>());
    }

    [Fact]
    public void A_mean_over_an_epoch_is_not_the_loss()
    {
        Write("step 1 loss 0.5\nstep 2 loss 0.25\nepoch 0 done, loss: 0.375\n");
        Assert.Equal([0.5, 0.25], Read("-Metric loss").Clean<VastMetric>().Select(m => m.Value));
        Assert.Contains(0.375, Read("").Clean<VastMetric>().Select(m => m.Value));
    }

    [Fact]
    public void Event_files_are_read_and_damage_is_told()
    {
        var writer = new EventFileWriter();
        writer.Simple(1.75e9, 10, ("train/loss", 0.5f));
        int at = writer.Length;
        writer.Tensor(1.75e9, 20, "train/loss", 0.25f);
        File.WriteAllBytes(_path, writer.File);
        Assert.Equal([0.5, 0.25], Read("-Metric loss").Clean<VastMetric>().Select(m => m.Value));
        File.WriteAllBytes(_path, [.. writer.File[..(at + 30)], 0xff, .. writer.File[(at + 31)..]]);
        Ran damaged = Read("");
        Assert.Equal(0.5, Assert.Single(damaged.Output.OfType<VastMetric>()).Value);
        Assert.Contains($"damaged at byte {at}", Assert.Single(damaged.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("hello\nall is well\n", "2 lines, the last is 'all is well'")]
    [InlineData("Training:  10%|#  | 64/640 [00:01<00:09, 60step/s]\n", "a progress bar without a loss, at 64 of 640")]
    public void What_holds_nothing_is_said_to_look_like_something(string log, string expected)
    {
        Write(log);
        Assert.Contains(expected, Assert.Single(Read("").Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void UTF_16_is_read_as_Windows_writes_it()
    {
        File.WriteAllText(_path, "step 1 loss 0.5\r\n", Encoding.Unicode);
        Assert.Equal(0.5, Assert.Single(Read("").Clean<VastMetric>()).Value);
        File.WriteAllBytes(_path, Encoding.Unicode.GetBytes("step 1 loss 0.25\n"));
        Assert.Equal(0.25, Assert.Single(Read("").Clean<VastMetric>()).Value);
    }

    [Fact]
    public void What_cannot_be_a_log_is_an_error()
    {
        File.WriteAllBytes(_path, [0x50, 0x4b, 3, 4, 0, 0, 0, 0]);
        Assert.Contains("a zip archive", Read("").OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        File.Delete(_path);
        Read("").OneError("VastInvalidValue");
        Assert.Contains(
            "it is a folder",
            _host.Run("Get-VastRunMetric -Path $path", ("path", TestEnvironment.Folder)).OneError("VastInvalidValue").Exception.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E(\\d+)", "it names no value")]
    [InlineData("E(?<step>\\d+)", "it names no value")]
    [InlineData("E(", "it is no regular expression")]
    public void A_pattern_must_name_a_value(string pattern, string why)
    {
        Write("E7=0.5\n");
        Assert.Contains(why, Read($"-Pattern '{pattern}'").OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_says_what_is_read()
    {
        Write("E7=0.5 loss 9\n");
        VastMetric metric = Assert.Single(Read("-Pattern 'E(?<step>\\d+)=(?<loss>\\S+)'").Clean<VastMetric>());
        Assert.Equal((7L, "loss", 0.5), (metric.Step, metric.Name, metric.Value));
    }

    private void Write(string log) => File.WriteAllText(_path, log);

    private Ran Read(string arguments) => _host.Run("Get-VastRunMetric -Path $path " + arguments, ("path", _path));
}
