using System.Text;
using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("step 1 loss 0.5\n")]
    [InlineData("")]
    [InlineData("\0\0\0\0step 1 loss 0.5\n")] // cut while it was written to
    [InlineData("\x1b[31mstep 1\x1b[0m\b\b\b\r2/3\t\n")]
    [InlineData("损失 0.5\n")]
    public void Logs_are_text(string text) => Assert.True(FileKind.Of(Encoding.UTF8.GetBytes(text)).IsText);

    [Theory]
    [InlineData("504b0304140000", "a zip archive, as torch.save writes it")]
    [InlineData("1f8b0800", "a gzip archive")]
    [InlineData("89504e470d0a1a0a", "a PNG picture")]
    [InlineData("0001020304050600010203", "binary")]
    public void What_is_no_log_has_a_name(string hex, string name)
    {
        FileKind kind = FileKind.Of(Convert.FromHexString(hex));
        Assert.Equal((false, false, name), (kind.IsText, kind.IsEvents, kind.Name));
    }

    [Fact]
    public void Event_files_and_UTF_16_are_known()
    {
        Assert.True(FileKind.Of(new EventFileWriter().File).IsEvents);
        Assert.True(FileKind.Of([0xff, 0xfe, 0x61, 0]).IsText);
        Assert.True(FileKind.Of(Encoding.Unicode.GetBytes("step 1 loss 0.5\n")).IsText);
    }
}
