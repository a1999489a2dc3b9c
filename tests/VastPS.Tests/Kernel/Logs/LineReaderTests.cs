using System.Text;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class LineReaderTests
{
    // Without its mark it is known by the zero behind its first letter.
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void UTF_16_is_read_by_its_mark_in_pieces_of_any_size(bool isLittle, bool isMarked)
    {
        Encoding encoding = isLittle ? Encoding.Unicode : Encoding.BigEndianUnicode;
        byte[] mark = isMarked ? encoding.GetPreamble() : [];
        byte[] log = [.. mark, .. encoding.GetBytes("step 1 loss 0.5\r\nĊbar\rstep 2 loss 0.25")];
        foreach (int size in new[] { 1, 2, 3, 5, log.Length })
        {
            var reader = new LineReader();
            List<LogLine> lines = [.. log.Chunk(size).SelectMany(p => reader.Add(p)), .. reader.Finish()];
            Assert.Equal(["step 1 loss 0.5", "Ċbar", "step 2 loss 0.25"], lines.Select(l => l.Text));
            Assert.Equal(mark.Length, lines[0].OffsetBytes);
            Assert.Equal(mark.Length + (2 * 17), lines[1].OffsetBytes);
        }
    }

    [Fact]
    public void The_beginning_of_an_endless_line_is_kept_and_the_next_one_is_whole()
    {
        var reader = new LineReader();
        List<LogLine> lines = [.. reader.Add(Encoding.UTF8.GetBytes(new string('a', 1 << 20) + "\nloss: 1\n"))];
        Assert.Equal([64 * 1024, 7], lines.Select(l => l.Text.Length));
        Assert.Equal((1 << 20) + 1, lines[1].OffsetBytes);
    }

    [Fact]
    public void A_first_byte_that_is_no_mark_belongs_to_the_line()
    {
        var reader = new LineReader();
        Assert.Empty(reader.Add([0xff]));
        LogLine line = Assert.Single(reader.Add("loss: 1\n"u8));
        Assert.Equal(("�loss: 1", 9), (line.Text, reader.WholeBytes));
    }
}
