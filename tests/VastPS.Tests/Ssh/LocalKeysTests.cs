using VastPS.Ssh;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Ssh;

public sealed class LocalKeysTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-home-").FullName;
    private readonly string _ssh;

    public LocalKeysTests()
    {
        _ssh = Path.Combine(_home, ".ssh");
        Directory.CreateDirectory(_ssh);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void The_default_files_come_in_the_order_of_ssh()
    {
        Make("id_rsa", "-t", "rsa", "-b", "2048");
        Make("id_ed25519");
        Make("id_ecdsa", "-t", "ecdsa");
        Make("id_other");

        Assert.Equal(["id_ed25519", "id_ecdsa", "id_rsa"], Choose(null).Select(k => Path.GetFileName(k.Path)));
    }

    [Fact]
    public void A_named_key_wins_over_the_variable_and_that_over_the_defaults()
    {
        Make("id_ed25519");
        string named = Make("named");
        string variable = Make("variable");

        Assert.Equal(named, Assert.Single(Choose(named, variable)).Path);
        Assert.Equal(variable, Assert.Single(Choose(null, variable)).Path);
        Assert.Equal(variable, Assert.Single(Choose(null, "~/.ssh/variable")).Path);
    }

    [Theory]
    [InlineData("-t", "ed25519")]
    [InlineData("-t", "ecdsa", "-m", "PEM")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PKCS8")]
    public void The_public_half_is_worked_out_and_takes_its_comment_from_the_file_beside_it(params string[] kind)
    {
        string path = Make("key", kind);
        string text = File.ReadAllText(path + ".pub").Trim();

        Assert.Equal(text, Choose(path)[0].Public.Line);
        File.Delete(path + ".pub");
        Assert.Equal(text.Replace(" vastps test", "", StringComparison.Ordinal), Choose(path)[0].Public.Line);
    }

    [Fact]
    public void A_foreign_file_beside_the_key_is_not_believed()
    {
        string path = Make("key");
        string other = Make("other");
        string right = Choose(path)[0].Public.Fingerprint;
        File.Copy(other + ".pub", path + ".pub", overwrite: true);

        Assert.Equal(right, Choose(path)[0].Public.Fingerprint);
    }

    [Fact]
    public void No_key_at_all_says_where_it_looked_and_how_to_make_one()
    {
        VastException error = Fails(null, VastReason.KeyFileMissing);

        Assert.Contains(_ssh, Said.By(error), StringComparison.Ordinal);
        Assert.Equal($"ssh-keygen -t ed25519 -f {Path.Combine(_ssh, "id_ed25519")}", Said.Next(error));
    }

    [Fact]
    public void A_missing_named_file_is_said() => Assert.Contains("nowhere", Said.By(Fails(Path.Combine(_home, "nowhere"), VastReason.KeyFileMissing)), StringComparison.Ordinal);

    [Theory]
    [InlineData("-t", "ed25519")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("-t", "ecdsa", "-m", "PKCS8")]
    public void A_key_with_a_passphrase_is_said(params string[] kind)
    {
        string path = Path.Combine(_ssh, "locked");
        SshBox.KeyGen(path, "long passphrase", kind);

        Assert.Contains(path, Said.By(Fails(path, VastReason.KeyFileEncrypted)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_locked_default_is_passed_over_while_another_is_good()
    {
        SshBox.KeyGen(Path.Combine(_ssh, "id_ed25519"), "long passphrase");
        Fails(null, VastReason.KeyFileEncrypted);

        Make("id_ecdsa", "-t", "ecdsa");
        Assert.EndsWith("id_ecdsa", Assert.Single(Choose(null)).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_points_to_the_private_one()
    {
        string path = Make("key");

        Assert.Equal($"use -KeyPath {path}", Said.Next(Fails(path + ".pub", VastReason.KeyFileNotPrivate)));
    }

    [Fact]
    public void What_is_no_key_is_said()
    {
        Assert.Contains("folder", Said.By(Fails(_ssh, VastReason.KeyFileInvalid)), StringComparison.Ordinal);
        Fails(Write("empty", []), VastReason.KeyFileInvalid);
        Fails(Write("text", "hello"u8), VastReason.KeyFileInvalid);
        Fails(Write("large", new byte[100_000]), VastReason.KeyFileInvalid);
        Fails(Write("hollow", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"u8), VastReason.KeyFileInvalid);
    }

    [Fact]
    public void A_damaged_key_is_one_error_wherever_it_is_damaged()
    {
        byte[] good = File.ReadAllBytes(Make("key"));
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = good[..random.Next(1, good.Length)];
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            string path = Write("bad", bad);
            try
            {
                Choose(path);
            }
            catch (VastException e)
            {
                Assert.Contains(e.Reason, (VastReason[])[VastReason.KeyFileInvalid, VastReason.KeyFileEncrypted]);
            }
        }
    }

    private string Make(string name, params string[] kind)
    {
        string path = Path.Combine(_ssh, name);
        SshBox.KeyGen(path, "", kind);
        return path;
    }

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_home, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private IReadOnlyList<LocalKey> Choose(string? path, string? variable = null) =>
        new LocalKeys(name => name == LocalKeys.PathVariable ? variable : null, _home).Choose(path);

    private VastException Fails(string? path, VastReason reason)
    {
        VastException error = Assert.Throws<VastException>(() => Choose(path));
        Assert.True(reason == error.Reason, $"{error.Reason}: {Said.By(error)}");
        return error;
    }
}
