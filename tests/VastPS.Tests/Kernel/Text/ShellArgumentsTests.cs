using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

/// <summary>What reaches the command line of ssh, and the one file that goes with it.</summary>
public sealed class ShellArgumentsTests
{
    private const string Ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    private static readonly SshHostEntry s_entry =
        new(7, "vast", "", new VastSshAddress(true, "203.0.113.7", 4022, "root"), "/my keys/100%", "/tmp/known hosts", true);

    [Theory]
    [InlineData("8888", "127.0.0.1:8888:localhost:8888")]
    [InlineData("8080:8888", "127.0.0.1:8080:localhost:8888")]
    [InlineData("8080:localhost:8888", "127.0.0.1:8080:localhost:8888")]
    [InlineData("6006:10.0.0.2:6006", "127.0.0.1:6006:10.0.0.2:6006")]
    public void A_forward_is_open_to_this_computer_alone(string text, string read) =>
        Assert.Equal(read, PortForward.Parse(text, "LocalForward").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 8888")]
    [InlineData("8888:")]
    [InlineData("8888:-oProxyCommand=x:1")]
    [InlineData("8888:a b:1")]
    [InlineData("8888:host\n:1")]
    [InlineData("0.0.0.0:8888:localhost:8888")]
    [InlineData("8888:/tmp/socket")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(VastReason.InvalidValue, Assert.Throws<VastException>(() => PortForward.Parse(text, "LocalForward")).Reason);

    [Fact]
    public void Every_word_is_an_option_with_its_value_and_the_name_is_ours()
    {
        IReadOnlyList<string> words = ShellArguments.Of(s_entry, [new PortForward(8080, "localhost", 8888)]);
        Assert.Equal(["--", "vast-7"], words.TakeLast(2));
        Assert.All(words.SkipLast(2).Chunk(2), pair => Assert.True(pair[0] is "-o" or "-L" && pair[1][0] != '-', string.Join(' ', pair)));
        Assert.Contains("HostName=203.0.113.7", words);
        Assert.Contains("IdentityFile=\"/my keys/100%%\"", words);
        Assert.Contains("UserKnownHostsFile=\"/tmp/known hosts\"", words);
        Assert.Contains("StrictHostKeyChecking=yes", words);
        Assert.Contains("ControlPath=none", words);
        Assert.Contains("127.0.0.1:8080:localhost:8888", words);
    }

    [Fact]
    public void A_known_hosts_line_is_read_back_under_any_name()
    {
        PublicKeyText key = PublicKeyText.Parse("ssh-ed25519 " + Ed25519);
        Assert.Equal(key.Fingerprint, KnownHosts.FirstKey(KnownHosts.Line("vast-7", key))!.Fingerprint);
        Assert.Equal(
            key.Fingerprint,
            KnownHosts.FirstKey($"# note\n\n@revoked x ssh-rsa AAAA\nbroken\n|1|abc=|def= ssh-ed25519 {Ed25519}\n")!.Fingerprint);
        Assert.Null(KnownHosts.FirstKey(""));
        Assert.Null(KnownHosts.FirstKey("vast-7 ssh-ed25519 AAAA\n"));
    }
}
