using System.Text;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Tests.Basics;

/// <summary>Keys of the account are found in texts and in streams, wherever the pieces meet.</summary>
public sealed class AccountKeysTests
{
    private static readonly string s_key =
        Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)).ToLowerInvariant();

    static AccountKeysTests() => AccountKeys.Meet(s_key);

    [Fact]
    public void A_text_holds_a_key_in_whatever_case()
    {
        Assert.True(AccountKeys.IsIn($"export K={s_key}"));
        Assert.True(AccountKeys.IsIn(s_key.ToUpperInvariant()));
        Assert.False(AccountKeys.IsIn(s_key[..^1]));
        Assert.False(AccountKeys.IsIn(null));
    }

    // The buffer is one MiB: the key stands before, on and behind its border, and the pieces that are read have odd sizes.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 64)]
    [InlineData((1 << 20) - 63)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((2 << 20) - 80)]
    [InlineData((3 << 20) - 20)]
    public void A_stream_holds_it_wherever_it_stands(int at)
    {
        foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
        {
            byte[] content = new byte[(3 << 20) + 300];
            encoding.GetBytes(s_key).CopyTo(content, at);
            Assert.True(AccountKeys.IsIn(new MemoryStream(content), default));
            Assert.True(AccountKeys.IsIn(new OddStream(content), default));
            content[at + 20] = (byte)'z';
            Assert.False(AccountKeys.IsIn(new MemoryStream(content), default));
        }
    }

    [Fact]
    public void A_scan_stops_when_it_shall()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => AccountKeys.IsIn(new MemoryStream(new byte[100]), stop.Token));
    }

    [Fact]
    public void The_error_names_the_place_and_not_the_key()
    {
        var table = new System.Collections.Hashtable { ["TOKEN"] = "x" + s_key };
        VastException error = Assert.Throws<VastException>(() => KeyRule.Demand("-Environment", table));
        Assert.Equal(VastReason.ApiKeyWithheld, error.Reason);
        Assert.Contains("-Environment TOKEN", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(s_key, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<VastException>(() => KeyRule.Demand("-ArgumentList", new[] { "a", s_key }));
        Assert.Throws<VastException>(() => KeyRule.Demand("-Uri", new[] { new Uri("https://example.com/?k=" + s_key) }));
        Assert.Throws<VastException>(() => KeyRule.Demand("-Uri", new Uri("https://example.com/?k=" + s_key)));
        Assert.Throws<VastException>(() => KeyRule.Demand("-ArgumentList", new object[] { 7, s_key }));
        KeyRule.Demand("-ArgumentList", null);
        KeyRule.Demand("-Environment", new System.Collections.Hashtable { ["A"] = null, ["B"] = "x" });
        KeyRule.Demand("-Uri", new Uri("https://example.com/?k=1"));
        KeyRule.Demand("-ArgumentList", new[] { "a", null });
        KeyRule.Demand("-ArgumentList", new object[] { 7, "a" });
    }

    [Fact]
    public void A_file_and_a_commit_with_a_key_are_named()
    {
        KeyRule.DemandFile("/p/a.txt", new MemoryStream("nothing"u8.ToArray()), default);
        VastException file = Assert.Throws<VastException>(() => KeyRule.DemandFile(
            "/p/a.txt", new MemoryStream(System.Text.Encoding.ASCII.GetBytes("key=" + s_key)), default));
        Assert.Equal((VastReason.ApiKeyWithheld, "the file /p/a.txt"), (file.Reason, file.Target));
        Assert.Equal(
            "take it out of /p/a.txt, or leave the file out (Send-VastItem: -Exclude 'a.txt')", file.Facts[0]);

        KeyRule.DemandNone([], "0123456789abcdef");
        VastException commit = Assert.Throws<VastException>(() => KeyRule.DemandNone(["a.py", "b.py"], "0123456789abcdef"));
        Assert.Equal((VastReason.ApiKeyWithheld, "the file a.py of the commit 0123456"), (commit.Reason, commit.Target));
    }

    // Gives a few thousand bytes at a time, and has no length.
    private sealed class OddStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 4093));
    }
}
