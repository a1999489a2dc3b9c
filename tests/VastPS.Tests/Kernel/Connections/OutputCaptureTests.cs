using System.Text;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Kernel.Connections;

public sealed class OutputCaptureTests
{
    private const string Output =
        "motd: wëlcome\nA0 half 0xA1B2 A1B2 4711\ngrün 漢字 \U0001F600\r\n\u001b[31mred\u001b[0m\n\n50%\r100%\nlast";

    [Fact]
    public void Lines_and_text_are_the_same_wherever_the_bytes_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Output);
        var random = new Random(11);
        for (int i = 0; i < 500; i++)
        {
            var lines = new List<string>();
            var capture = new OutputCapture("A1B2", 1000, lines.Add, TimeProvider.System);
            for (int at = 0; at < bytes.Length;)
            {
                int n = random.Next(1, Math.Min(12, bytes.Length - at) + 1);
                capture.Add(bytes.AsSpan(at, n));
                at += n;
            }

            capture.Finish();

            Assert.Equal(4711, capture.SessionId);
            Assert.Equal(["grün 漢字 \U0001F600", "red", "", "50%", "100%", "last"], lines);
            Assert.Equal(Output[Output.IndexOf("grün", StringComparison.Ordinal)..], capture.Text);
        }
    }

    [Fact]
    public void Without_the_mark_everything_is_kept_because_it_tells_why()
    {
        var lines = new List<string>();
        var capture = new OutputCapture("A1B2", 1000, lines.Add, TimeProvider.System);
        capture.Add("sh: setsid: not found\n"u8);
        capture.Finish();

        Assert.Null(capture.SessionId);
        Assert.Equal(["sh: setsid: not found"], lines);
    }

    [Fact]
    public void Broken_bytes_become_a_mark_and_nothing_is_lost_after_them()
    {
        var capture = new OutputCapture("A1B2", 1000, null, TimeProvider.System);
        capture.Add([.. "A1B2 1\nx"u8, 0xff, 0xc3]);
        capture.Add([.. "y"u8, 0xe6]);
        capture.Finish();

        Assert.Equal("x\ufffd\ufffdy\ufffd", capture.Text);
    }

    [Fact]
    public void A_flood_before_the_mark_is_not_kept_waiting_for_ever()
    {
        var capture = new OutputCapture("A1B2", 1_000_000, null, TimeProvider.System);
        capture.Add(new byte[300_000]);

        Assert.Equal(300_000, capture.Text.Length);
    }
}
