using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("ssh5.vast.ai")]
    [InlineData("localhost")]
    [InlineData("a-b.example")]
    [InlineData("1-2-3-4.host")]
    [InlineData("127.0.0.1")]
    [InlineData("203.0.113.255")]
    [InlineData("::1")]
    [InlineData("2001:db8::7:1")]
    [InlineData("::ffff:192.0.2.1")]
    public void Names_and_addresses_are_hosts(string host) => Assert.True(HostName.IsHost(host));

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_has_at_most_253_characters(int length, bool isHost) => Assert.Equal(
        isHost, HostName.IsHost(string.Join('.', Enumerable.Repeat(new string('a', 61), 4)) + "." + new string('b', length - 248)));

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_login_name_has_at_most_32_characters(int length, bool isUser) =>
        Assert.Equal(isUser, HostName.IsUser(new string('u', length)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-oProxyCommand=id")]
    [InlineData("-host")]
    [InlineData("host-")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("host\n")]
    [InlineData("host\r")]
    [InlineData("host\u0000")]
    [InlineData("host;id")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("a|b")]
    [InlineData("a&b")]
    [InlineData("user@host")]
    [InlineData("host:22")]
    [InlineData("host/path")]
    [InlineData("host\\path")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData("1.2.3.4.5")]
    [InlineData("::1::2")]
    [InlineData(":")]
    [InlineData("grün.example")]
    [InlineData("%h")]
    public void Nothing_else_is(string? host) => Assert.False(HostName.IsHost(host));

    [Fact]
    public void Length_has_its_limits()
    {
        Assert.True(HostName.IsHost(new string('a', 63)));
        Assert.False(HostName.IsHost(new string('a', 64)));
        Assert.False(HostName.IsHost(string.Join('.', Enumerable.Repeat("abcdefgh", 29))));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(65535, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(65536, false)]
    public void Ports_are_1_to_65535(long port, bool good) => Assert.Equal(good, HostName.IsPort(port));

    [Theory]
    [InlineData("root", true)]
    [InlineData("_x-1", true)]
    [InlineData("", false)]
    [InlineData("-l", false)]
    [InlineData("Root", false)]
    [InlineData("a b", false)]
    [InlineData("root\n", false)]
    [InlineData("1user", false)]
    [InlineData("a;b", false)]
    public void Users_are_what_useradd_takes(string user, bool good) => Assert.Equal(good, HostName.IsUser(user));

    // Whatever byte is put into a good name, it is a letter, a digit or one of three signs, or the name is refused.
    [Fact]
    public void No_other_byte_gets_in()
    {
        for (int c = 0; c < 256; c++)
        {
            bool good = char.IsAsciiLetterOrDigit((char)c) || c is '-' or '_' or '.';
            Assert.Equal(good, HostName.IsHost($"host{(char)c}name"));
        }
    }
}
