using System.Text;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>Logs that hold anything: nothing breaks the reader, and nothing holds it up.</summary>
public sealed class HostileLogTests
{
    private static readonly string[] s_parts =
    [
        "loss", "step", "{", "}", "'", "\"", ":", "=", "[", "]", "(", ")", "|", ",", " ", "  ", "\t", "1", "0.5", "nan", "inf", "-", "1e-5", "100%|",
        "##", "| 3/10 [00:01<00:02", "epoch", "Epoch [1/2]", "tensor(", "np.float64(", "\r", "\nResult for x:\n", "\nstep,loss,lr\n", "1,2,3",
        "| loss | 0.5 |", "----", "/", "%", "1,234", "train", "val", "│", "━", "pid=3)", "\x1b[31m", "é", "损失", "{'loss': 0.5", "[{", "}]",
        "\nEpoch GPU_mem  box_loss\n", "1/2 3G 0.5", "***", "wandb:", ".", "1.2.3", "\"a\": [1, 2", "#", "_", "640: 100%", "K", "\0",
        "999999999999999999999", "1e999", "+", "\\",
    ];

    [Fact]
    public void Random_lines_break_nothing_and_fill_nothing()
    {
        var chance = new Random(11);
        var reader = new LineReader();
        var parser = new MetricParser();
        long metrics = 0;
        for (int i = 0; i < 30_000; i++)
        {
            var line = new StringBuilder();
            for (int parts = chance.Next(1, 20); parts > 0; parts--)
            {
                line.Append(chance.Next(3) == 0 ? ((char)chance.Next(32, 300)).ToString() : s_parts[chance.Next(s_parts.Length)]);
            }

            metrics += reader.Add(Encoding.UTF8.GetBytes(line.Append('\n').ToString())).Sum(l => parser.Read(l).Count);
        }

        Assert.InRange(metrics, 1, 1_000_000);
    }

    // Counted, not timed: how often a name was looked up. A line that is tried again from each of its characters would look up
    // four times as many.
    [Theory]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("1,")]
    [InlineData("a ")]
    [InlineData("loss ")]
    [InlineData("loss 1 ")]
    [InlineData("a=1,")]
    [InlineData("{'a':")]
    [InlineData("'a': 1,")]
    [InlineData("[1/")]
    [InlineData("12% 1/2 [00:01<")]
    [InlineData("tensor(")]
    public void Twice_as_long_a_line_is_twice_the_work(string part)
    {
        long half = Lookups(part, 12_000);
        Assert.InRange(Lookups(part, 24_000), 0, (2 * half) + 20);
    }

    private static long Lookups(string part, int chars)
    {
        var names = new NameTable();
        string line = string.Concat(Enumerable.Repeat(part, chars / part.Length));
        TextScanner.Read(line, names, new RecordDraft(), new DictReader(names, (_, _) => { }));
        return names.Lookups;
    }
}
