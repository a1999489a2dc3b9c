using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Text;

public sealed class PublicKeyTextTests
{
    private const string Base64 = "AAAAC3NzaC1lZDI1NTE5AAAAIGPnXpNRxsVTAN9DjCLn/hd9QSBCEvAWkdHbSkTYpMMz";
    private const string Ed25519 = "ssh-ed25519 " + Base64;

    [Theory]
    [InlineData("ed25519", "ssh-ed25519")]
    [InlineData("ecdsa -b 256", "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa -b 384", "ecdsa-sha2-nistp384")]
    [InlineData("ecdsa -b 521", "ecdsa-sha2-nistp521")]
    [InlineData("rsa -b 2048", "ssh-rsa")]
    public void Keys_of_ssh_keygen_are_read_and_have_its_fingerprint(string kind, string type)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-keys-").FullName;
        try
        {
            string path = Path.Combine(folder, "key");
            SshBox.KeyGen(path, "", ["-t", .. kind.Split(' ')]);
            string text = File.ReadAllText(path + ".pub");

            PublicKeyText key = PublicKeyText.Parse(text);

            Assert.Equal(type, key.Type);
            Assert.Equal("vastps test", key.Comment);
            Assert.Equal(text.Trim(), key.Line);
            Assert.Equal(SshKeygen.Print("-lf", path + ".pub").Split(' ')[1], key.Fingerprint);
            Assert.False(PublicKeyText.TryParse(text[..(text.IndexOf(' ', StringComparison.Ordinal) + 41)], out _, out string? problem));
            Assert.Contains("cut off", problem, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Put together after the layout that OpenSSH documents: nobody needs a security key to have the text of one.
    [Theory]
    [InlineData("sk-ssh-ed25519@openssh.com")]
    [InlineData("sk-ecdsa-sha2-nistp256@openssh.com")]
    public void Keys_of_security_keys_are_read(string type)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-keys-").FullName;
        try
        {
            string path = Path.Combine(folder, "key");
            bool isCurve = type.Contains("ecdsa", StringComparison.Ordinal);
            SshBox.KeyGen(path, "", "-t", isCurve ? "ecdsa" : "ed25519");
            byte[] point = Convert.FromBase64String(PublicKeyText.Parse(File.ReadAllText(path + ".pub")).Base64)[^(isCurve ? 65 : 32)..];
            byte[] blob =
                [.. SshWire.Field(type), .. isCurve ? SshWire.Field("nistp256") : [], .. SshWire.Field(point), .. SshWire.Field("ssh:")];
            File.WriteAllText(path + ".pub", $"{type} {Convert.ToBase64String(blob)} token\n");

            PublicKeyText key = PublicKeyText.Parse(File.ReadAllText(path + ".pub"));

            Assert.Equal((type, "token"), (key.Type, key.Comment));
            Assert.Equal(SshKeygen.Print("-lf", path + ".pub").Split(' ')[1], key.Fingerprint);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("  " + Ed25519 + "   me@home over there \r\n", "me@home over there")]
    [InlineData(Ed25519, "")]
    public void The_comment_is_what_follows(string text, string comment)
    {
        PublicKeyText key = PublicKeyText.Parse(text);

        Assert.Equal(comment, key.Comment);
        Assert.Equal((Ed25519 + " " + comment).TrimEnd(), key.Line);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----", "private key")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----", "private key")]
    [InlineData("PuTTY-User-Key-File-3: ssh-ed25519", "private key")]
    [InlineData("/home/me/.ssh/id_ed25519.pub", "path")]
    [InlineData("~/.ssh/id_ed25519.pub", "path")]
    [InlineData("C:\\Users\\me\\key", "path")]
    [InlineData("id_ed25519.pub", "path")]
    [InlineData("no-pty,command=\"x\" " + Ed25519, "options")]
    [InlineData("ssh-dss AAAAB3NzaC1kc3M=", "DSA")]
    [InlineData("hello", "does not begin")]
    [InlineData("ssh-ed25519", "cut off")]
    [InlineData("ssh-ed25519 not*base64", "cut off")]
    [InlineData("ssh-ed25519 AAAA", "cut off")]
    [InlineData("ssh-rsa " + Base64, "holds a key of type ssh-ed25519")]
    [InlineData(Ed25519 + "\n" + Ed25519, "more than one line")]
    [InlineData(Ed25519 + " me\u001b[31m", "control characters")]
    public void Anything_else_is_refused_and_the_reason_is_said(string text, string reason)
    {
        VastException error = Assert.Throws<VastException>(() => PublicKeyText.Parse(text));

        Assert.Equal(VastReason.PublicKeyInvalid, error.Reason);
        Assert.Contains(reason, ErrorText.By(error), StringComparison.Ordinal);
        Assert.DoesNotContain("b3BlbnNzaC1rZXk", ErrorText.By(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_key_is_refused_or_still_whole_but_nothing_crashes()
    {
        var random = new Random(3);
        byte[] blob = Convert.FromBase64String(Base64);
        for (int i = 0; i < 5000; i++)
        {
            byte[] broken = blob[..random.Next(1, blob.Length + 1)];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            if (PublicKeyText.TryParse("ssh-ed25519 " + Convert.ToBase64String(broken), out PublicKeyText? key, out _))
            {
                Assert.Equal(blob.Length, Convert.FromBase64String(key.Base64).Length);
            }
        }
    }
}
