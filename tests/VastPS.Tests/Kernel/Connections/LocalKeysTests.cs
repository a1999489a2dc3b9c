using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Connections;

public sealed class LocalKeysTests : IDisposable
{
    private const string SecurityKey = "sk-ssh-ed25519@openssh.com";

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

        Assert.Contains(_ssh, ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal($"Add-VastSshKey -Generate -Path {Path.Combine(_ssh, "id_ed25519")}", ErrorText.Next(error));
    }

    [Fact]
    public void A_missing_named_file_is_said() => Assert.Contains(
        "nowhere", ErrorText.By(Fails(Path.Combine(_home, "nowhere"), VastReason.KeyFileMissing)), StringComparison.Ordinal);

    [Theory]
    [InlineData("-t", "ed25519")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("-t", "ecdsa", "-m", "PKCS8")]
    public void A_key_with_a_passphrase_is_said(params string[] kind)
    {
        string path = Path.Combine(_ssh, "locked");
        SshBox.KeyGen(path, "long passphrase", kind);

        Assert.Contains(path, ErrorText.By(Fails(path, VastReason.KeyFileEncrypted)), StringComparison.Ordinal);
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

        Assert.Equal($"use -KeyPath {path}", ErrorText.Next(Fails(path + ".pub", VastReason.KeyFileNotPrivate)));
    }

    [Fact]
    public void What_is_no_key_is_said()
    {
        Assert.Contains("folder", ErrorText.By(Fails(_ssh, VastReason.KeyFileInvalid)), StringComparison.Ordinal);
        Fails(Write("empty", []), VastReason.KeyFileInvalid);
        Fails(Write("text", "hello"u8), VastReason.KeyFileInvalid);
        Fails(Write("large", new byte[100_000]), VastReason.KeyFileInvalid);
        Fails(
            Write("hollow", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"u8), VastReason.KeyFileInvalid);
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

    // OpenSSH's own form tells its public half without the passphrase; the others need it, or the .pub file.
    [Theory]
    [InlineData("-t", "ed25519")]
    [InlineData("-t", "ecdsa", "-b", "521")]
    [InlineData("-t", "rsa", "-b", "2048")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PEM")]
    [InlineData("-t", "ecdsa", "-m", "PEM")]
    [InlineData("-t", "rsa", "-b", "2048", "-m", "PKCS8")]
    [InlineData("-t", "ecdsa", "-b", "384", "-m", "PKCS8")]
    public async Task A_passphrase_opens_a_key_for_as_long_as_the_file_is_the_same(params string[] kind)
    {
        string path = Path.Combine(_ssh, "id_ed25519");
        SshBox.KeyGen(path, "long passphrase", kind);
        string text = File.ReadAllText(path + ".pub").Trim();
        LocalKeys keys = Keys();

        Assert.Equal(text, (await keys.PublicOfAsync(path)).Line);
        VastException wrong = Assert.Throws<VastException>(() => keys.Unlock(path, Secret("another")));
        Assert.Equal(VastReason.KeyPassphraseWrong, wrong.Reason);
        Assert.Equal($"Unlock-VastSshKey -Path {path}", ErrorText.Next(wrong));
        keys.Unlock(path, Secret("long passphrase"));

        Assert.Equal(text, (await keys.FindAsync(path, default))[0].Public.Line);
        Assert.Equal(text, (await keys.FindAsync(null, default))[0].Public.Line);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.Equal(VastReason.KeyFileEncrypted, (await Assert.ThrowsAsync<VastException>(() => keys.FindAsync(path, default))).Reason);
    }

    [Fact]
    public async Task The_passphrase_is_asked_for_once_however_many_want_the_key()
    {
        string path = Path.Combine(_ssh, "id_ed25519");
        SshBox.KeyGen(path, "long passphrase");
        LocalKeys keys = Keys();
        int asked = 0;
        var answer = new TaskCompletionSource<System.Security.SecureString?>();
        LocalKeys.Ask = of =>
        {
            Assert.Equal(path, of);
            Interlocked.Increment(ref asked);
            return answer.Task;
        };

        Task<IReadOnlyList<LocalKey>>[] wanting = [.. Enumerable.Range(0, 8).Select(_ => keys.FindAsync(null, default))];
        answer.SetResult(Secret("long passphrase"));
        await Task.WhenAll(wanting);
        await keys.FindAsync(path, default);

        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(VastReason.KeyFileEncrypted, 1, null)]
    [InlineData(VastReason.KeyFileEncrypted, 1, "")]
    [InlineData(VastReason.KeyPassphraseWrong, 3, "wrong")]
    public async Task No_answer_and_three_wrong_ones_are_an_error(VastReason reason, int times, string? answer)
    {
        string path = Path.Combine(_ssh, "id_ed25519");
        SshBox.KeyGen(path, "long passphrase");
        int asked = 0;
        LocalKeys.Ask = _ =>
        {
            asked++;
            return Task.FromResult(answer is null ? null : Secret(answer));
        };

        VastException error = await Assert.ThrowsAsync<VastException>(() => Keys().FindAsync(null, default));

        Assert.Equal((reason, times), (error.Reason, asked));
        Assert.Contains(path, ErrorText.By(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused_as_ssh_refuses_it()
    {
        string path = Make("id_ed25519");
        UnixMode.Set(path, UnixMode.All);

        VastException error = Fails(path, VastReason.KeyFileExposed);
        Assert.Contains("0644", ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal($"chmod 600 {path}", ErrorText.Next(error));
        Fails(null, VastReason.KeyFileExposed);
    }

    [Fact]
    public void A_DSA_key_in_OpenSSH_form_is_said()
    {
        string path = Odd("ssh-dss", "odd");

        Assert.Contains("DSA", ErrorText.By(Fails(path, VastReason.KeyFileInvalid)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vast_sk", true)]
    [InlineData("vast_sk.pub", true)]
    [InlineData("id_ed25519_sk", false)]
    [InlineData("id_ecdsa_sk", false)]
    public void A_security_key_that_the_agent_does_not_have_is_one_for_ssh_add(string name, bool isNamed)
    {
        string file = name.Replace(".pub", "", StringComparison.Ordinal);
        string path = Odd(SecurityKey, Path.Combine(".ssh", file));

        VastException error = Fails(isNamed ? Path.Combine(_ssh, name) : null, VastReason.KeyFileNeedsAgent);

        Assert.Contains(Path.Combine(_ssh, name), ErrorText.By(error), StringComparison.Ordinal);
        Assert.Equal($"ssh-add {path}", ErrorText.Next(error));
    }

    [Fact]
    public async Task A_security_key_that_the_agent_has_is_used_through_it()
    {
        string path = Odd(SecurityKey, Path.Combine(".ssh", "id_ed25519_sk"));
        byte[] list = [12, .. SshWire.Number(1), .. SshWire.Field(OddBlob(SecurityKey)), .. SshWire.Field("token")];
        using var agent = new MuteAgent(SshWire.Field(list));

        foreach (string? named in (string?[])[path, path + ".pub", null])
        {
            LocalKey key = Assert.Single(await Keys(agent: agent.Address).FindAsync(named, default));
            Assert.Equal($"{named ?? path}, ssh agent", key.Place);
        }
    }

    [Fact]
    public void A_DSA_key_in_PEM_is_said()
    {
        string path = Write("dsa", "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n"u8);

        Assert.Contains("DSA", ErrorText.By(Fails(path, VastReason.KeyFileInvalid)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_here_are_pairs_and_locked_keys_and_what_the_agent_has()
    {
        Make("vast");
        SshBox.KeyGen(Path.Combine(_ssh, "locked"), "long passphrase");
        File.Copy(Make("lost") + ".pub", Path.Combine(_ssh, "foreign.pub"));
        File.WriteAllText(Path.Combine(_ssh, "config"), "Host *\n");
        using var agent = new KeyAgent();
        string held = Path.Combine(_home, "held");
        SshBox.KeyGen(held, "");
        agent.Add(held);

        IReadOnlyList<(PublicKeyText Public, string Place)> here = await Keys(agent: agent.Address).HereAsync(default);

        Assert.Equal(["locked", "lost", "vast", "ssh agent"], here.Select(h => Path.GetFileName(h.Place)));
    }

    private static System.Security.SecureString Secret(string text) => new System.Net.NetworkCredential("", text).SecurePassword;

    private string Make(string name, params string[] kind)
    {
        string path = Path.Combine(_ssh, name);
        SshBox.KeyGen(path, "", kind);
        return path;
    }

    // A pair of a kind that ssh-keygen no longer makes, or makes only with the token itself.
    private string Odd(string type, string name)
    {
        byte[] blob = OddBlob(type);
        byte[] whole = [
            .. OpenSshHead.Magic, .. SshWire.Field("none"), .. SshWire.Field("none"), .. SshWire.Field(""), .. SshWire.Number(1),
            .. SshWire.Field(blob), .. SshWire.Field(new byte[64])
        ];
        string path = Write(name, System.Text.Encoding.ASCII.GetBytes(
            $"{OpenSshHead.Begin}\n{Convert.ToBase64String(whole, Base64FormattingOptions.InsertLineBreaks)}\n{OpenSshHead.End}\n"));
        File.WriteAllText(path + ".pub", $"{type} {Convert.ToBase64String(blob)} token\n");
        return path;
    }

    private static byte[] OddBlob(string type) => [.. SshWire.Field(type), .. SshWire.Field(new byte[32]), .. SshWire.Field("ssh:")];

    private string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_home, name);
        File.WriteAllBytes(path, bytes);
        UnixMode.Set(path, UnixMode.Owner);
        return path;
    }

    private IReadOnlyList<LocalKey> Choose(string? path, string? variable = null) =>
        Keys(variable).FindAsync(path, default).GetAwaiter().GetResult();

    private LocalKeys Keys(string? variable = null, string? agent = null) =>
        new(name => name == LocalKeys.PathVariable ? variable : name == SshAgent.Variable ? agent : null, _home, TimeProvider.System);

    private VastException Fails(string? path, VastReason reason)
    {
        VastException error = Assert.Throws<VastException>(() => Choose(path));
        Assert.True(reason == error.Reason, $"{error.Reason}: {ErrorText.By(error)}");
        return error;
    }
}
