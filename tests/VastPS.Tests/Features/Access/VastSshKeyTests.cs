using System.Net;
using System.Security;
using VastPS.Kernel.Shell;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>The keys of the account and of boxes, through real pipelines; ssh-keygen says what is right.</summary>
public sealed class VastSshKeyTests : IAsyncLifetime
{
    private const string Rent = "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";
    private const string Stranger = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPnXpNRxsVTAN9DjCLn/hd9QSBCEvAWkdHbSkTYpMMz colleague";
    private const string Phrase = "correct horse battery staple";

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-sshkey-").FullName;
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    private string KeyPath => Path.Combine(_folder, "id");

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_keys_of_the_account_are_shown_with_the_place_of_their_private_halves()
    {
        Run("Add-VastSshKey -PublicKey $stranger", ("stranger", Stranger)).Clean<VastSshKey>();

        IReadOnlyList<VastSshKey> keys = Run("Get-VastSshKey").Clean<VastSshKey>();

        VastSshKey own = keys.Single(k => k.Comment == "vastps-tests");
        Assert.Equal(
            (Fingerprint(TestEnvironment.KeyPath), TestEnvironment.KeyPath, true, (long?)null),
            (own.Fingerprint, own.Location, own.IsHere, own.InstanceId));
        VastSshKey foreign = keys.Single(k => k.Comment == "colleague");
        Assert.Equal((Stranger, "", false), (foreign.PublicKey, foreign.Location, foreign.IsHere));
        Assert.Equal([foreign.SshKeyId], Run("Get-VastSshKey $id", ("id", foreign.SshKeyId)).Clean<VastSshKey>().Select(k => k.SshKeyId));
        Run("Get-VastSshKey 424242").OneError("VastSshKeyNotFound");
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa -b 256")]
    [InlineData("ecdsa -b 384")]
    [InlineData("ecdsa -b 521")]
    [InlineData("rsa -b 2048")]
    public void A_key_of_any_kind_is_registered_once(string kind)
    {
        SshBox.KeyGen(KeyPath, "", ["-t", .. kind.Split(' ')]);

        VastSshKey added = Assert.Single(Run("Add-VastSshKey $path", ("path", KeyPath + ".pub")).Clean<VastSshKey>());
        Assert.Equal((Fingerprint(KeyPath), "vastps test"), (added.Fingerprint, added.Comment));
        Assert.Equal(["POST /api/v0/ssh/"], _vast.Writes);

        // Its private half and its text are the same key.
        foreach (string again in (string[])["Add-VastSshKey $path", "Add-VastSshKey -PublicKey $text"])
        {
            Ran ran = Run(
                again,
                ("path", KeyPath),
                ("text", File.ReadAllText(KeyPath + ".pub").Replace("vastps test", "other", StringComparison.Ordinal)));
            Assert.Equal(added.SshKeyId, Assert.Single(ran.Clean<VastSshKey>()).SshKeyId);
            Assert.Contains(
                $"{added.Fingerprint} is already registered with the account", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        }

        Assert.Single(_vast.Writes);
    }

    [Fact]
    public void A_new_pair_enters_the_box_that_it_was_given_to_and_no_longer_once_it_is_removed()
    {
        VastInstance box = Assert.Single(Run(Rent + " | Wait-VastInstance").Clean<VastInstance>());

        VastSshKey made =
            Assert.Single(Run("$box | Add-VastSshKey -Generate -Path $path", ("box", box), ("path", KeyPath)).Clean<VastSshKey>());

        Assert.Equal((Fingerprint(KeyPath), box.InstanceId), (made.Fingerprint, made.InstanceId));
        Assert.Equal(made.PublicKey, SshKeygen.Print("-y", "-f", KeyPath));
        Assert.Equal(UnixMode.Owner, UnixMode.Of(KeyPath));
        Assert.DoesNotContain(Run("Get-VastSshKey").Clean<VastSshKey>(), k => k.Fingerprint == made.Fingerprint);
        Assert.Equal("hi", Assert.Single(Run("$box | Invoke-VastCommand 'echo hi' -KeyPath $path").Clean<VastCommandResult>()).Stdout);

        Ran removed =
            Run("$box | Get-VastSshKey | Where-Object Fingerprint -eq $print | Remove-VastSshKey -Verbose", ("print", made.Fingerprint));
        removed.Clean<object>();
        Assert.Empty(removed.Warnings);
        using CmdletHost other = _vast.Host();
        other.Run("$box | Invoke-VastCommand 'echo hi' -KeyPath $path", ("box", box), ("path", KeyPath)).OneError("VastSshAuthFailed");
    }

    [Fact]
    public void One_new_pair_serves_all_boxes_of_a_pipeline()
    {
        VastInstance[] boxes = [.. Run($"1..2 | ForEach-Object {{ {Rent} }}").Clean<VastInstance>()];

        IReadOnlyList<VastSshKey> made =
            Run("$boxes | Add-VastSshKey -Generate -Path $path", ("boxes", boxes), ("path", KeyPath)).Clean<VastSshKey>();

        Assert.Equal(boxes.Select(b => (long?)b.InstanceId), made.Select(k => k.InstanceId));
        Assert.All(made, k => Assert.Equal(Fingerprint(KeyPath), k.Fingerprint));
    }

    [Fact]
    public void A_pair_is_never_made_over_a_file_and_nothing_is_sent_then()
    {
        File.WriteAllText(KeyPath + ".pub", "mine");

        Run("Add-VastSshKey -Generate -Path $path", ("path", KeyPath)).OneError("VastKeyFileExists");

        Assert.Equal("mine", File.ReadAllText(KeyPath + ".pub"));
        Assert.False(File.Exists(KeyPath));
        Assert.Empty(_vast.Requests);
    }

    [Fact]
    public void WhatIf_makes_sends_and_removes_nothing()
    {
        Run(
            "Add-VastSshKey -Generate -Path $path -WhatIf; Add-VastSshKey -PublicKey $stranger -WhatIf; Get-VastSshKey | "
            + "Remove-VastSshKey -WhatIf",
            ("path", KeyPath),
            ("stranger", Stranger)).Clean<object>();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Empty(_vast.Writes);
    }

    [Fact]
    public void What_is_no_public_key_is_refused_before_anything_is_sent()
    {
        SshBox.KeyGen(KeyPath, "");
        string secret = File.ReadAllText(KeyPath);
        foreach (string text in new[] { KeyPath + ".pub", secret, "ssh-ed25519 AAAA", "hello" })
        {
            Ran ran = Run("Add-VastSshKey -PublicKey $text", ("text", text));
            ran.OneError("VastPublicKeyInvalid");
            Assert.DoesNotContain(secret.Split('\n')[2], ran.Everything(), StringComparison.Ordinal);
        }

        Run("Add-VastSshKey $path", ("path", KeyPath + "-nowhere")).OneError("VastKeyFileMissing");
        Run("Add-VastSshKey $path", ("path", _folder)).OneError("VastKeyFileInvalid");
        Assert.Empty(_vast.Requests);
    }

    [Fact]
    public void What_is_not_there_is_told()
    {
        Run("Remove-VastSshKey 424242").OneError("VastSshKeyNotFound");
        Run("Get-VastSshKey -InstanceId 4040404").OneError("VastInstanceNotFound");
        Run("Add-VastSshKey -PublicKey $stranger -InstanceId 4040404", ("stranger", Stranger)).OneError("VastInstanceNotFound");
        Run("Add-VastSshKey -Generate -Path $path -InstanceId 4040404", ("path", KeyPath)).OneError("VastInstanceNotFound");
        Assert.False(File.Exists(KeyPath));
        Assert.Empty(_vast.Writes);
    }

    [Fact]
    public void The_last_key_that_enters_running_boxes_goes_with_a_warning()
    {
        VastInstance box = Assert.Single(Run(Rent + " | Wait-VastInstance").Clean<VastInstance>());

        Ran ran = Run("Get-VastSshKey | Where-Object IsHere | Remove-VastSshKey");

        ran.Clean<object>();
        string warning = Assert.Single(ran.Warnings);
        Assert.Contains(Fingerprint(TestEnvironment.KeyPath), warning, StringComparison.Ordinal);
        Assert.Contains($"{box.InstanceId}", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Run("Get-VastSshKey").Clean<VastSshKey>(), k => k.IsHere);
        Run(Rent).OneError("VastNoMatchingKey");
    }

    [Fact]
    public async Task A_team_has_no_ssh_keys()
    {
        await using var server = new ScriptedVast(new Reply(
            400, """{"success":false,"error":"team_ssh_keys_not_supported","msg":"SSH keys are not supported in team context"}"""));
        using var host = new CmdletHost(new RunspaceServices(() => server.Endpoint, new QuickClock()));
        foreach (string script in new[]
            {
            "Get-VastSshKey",
            "Add-VastSshKey -PublicKey $stranger",
            "Add-VastSshKey -Generate -Path $path",
            "Remove-VastSshKey 5"
        })
        {
            Ran ran = host.Run(script, ("stranger", Stranger), ("path", KeyPath));
            Assert.Contains("team", ran.OneError("VastTeamSshKeys").ErrorDetails.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public void A_protected_key_is_asked_for_once_and_then_open_for_the_runspace()
    {
        VastInstance box = Assert.Single(Run(Rent + " | Wait-VastInstance").Clean<VastInstance>());
        SshBox.KeyGen(KeyPath, Phrase);
        Run("$box | Add-VastSshKey $path", ("box", box), ("path", KeyPath)).Clean<VastSshKey>();

        // Here nobody can answer.
        Run("$box | Invoke-VastCommand 'echo hi' -KeyPath $path").OneError("VastKeyFileEncrypted");

        var shown = new CaptureHost("wrong", Phrase);
        using CmdletHost asking = _vast.Host(shown);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("hi", Assert.Single(asking.Run(
                "$box | Invoke-VastCommand 'echo hi' -KeyPath $path; $box | Remove-VastSession -ErrorAction Ignore",
                ("box", box),
                ("path", KeyPath)).Clean<VastCommandResult>()).Stdout);
        }

        Assert.Equal(2, shown.Shown.Split($"Passphrase for {KeyPath}: ").Length - 1);
        Assert.DoesNotContain(Phrase, shown.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unlocked_key_is_used_and_the_passphrase_and_the_key_are_told_nowhere()
    {
        VastInstance box = Assert.Single(Run(Rent + " | Wait-VastInstance").Clean<VastInstance>());
        var shown = new CaptureHost();
        using CmdletHost host = _vast.Host(shown);
        (string, object?)[] variables =
            [("box", box), ("path", KeyPath), ("phrase", Secret(Phrase)), ("wrong", Secret("wrong")), ("plain", Phrase)];
        host.Run("$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'");
        var told = new List<string>();
        Ran Told(string script)
        {
            Ran ran = host.Run(script, variables);
            told.Add(ran.Everything());
            return ran;
        }

        Told("$box | Add-VastSshKey -Generate -Path $path -Passphrase $phrase").Clean<VastSshKey>();
        Told("Unlock-VastSshKey $path -Passphrase $wrong").OneError("VastKeyPassphraseWrong");
        Assert.Contains(
            "-AsSecureString",
            Assert.Single(Told("Unlock-VastSshKey $path -Passphrase $plain").Errors).ToString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "-AsSecureString",
            Assert.Single(Told("Add-VastSshKey -Generate -Path $path -Passphrase $plain").Errors).ToString(),
            StringComparison.Ordinal);
        Told("$box | Invoke-VastCommand 'echo hi' -KeyPath $path").OneError("VastKeyFileEncrypted");
        Assert.Contains(
            Fingerprint(KeyPath), string.Concat(Told("Unlock-VastSshKey $path -Passphrase $phrase").Verbose), StringComparison.Ordinal);
        Assert.Equal("hi", Assert.Single(Told("$box | Invoke-VastCommand 'echo hi' -KeyPath $path").Clean<VastCommandResult>()).Stdout);

        told.Add(shown.Shown);
        told.AddRange(_vast.Requests.Select(r => r.Body));
        foreach (string secret in File.ReadAllLines(KeyPath).Skip(3).Where(l => l.Length > 20 && !l.StartsWith('-')).Append(Phrase))
        {
            Assert.DoesNotContain(told, t => t.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_cannot_be_unlocked_is_said()
    {
        File.WriteAllText(KeyPath, "hello");
        Run("Unlock-VastSshKey $path -Passphrase $phrase", ("path", KeyPath), ("phrase", Secret(Phrase))).OneError("VastKeyFileInvalid");
        Run("Unlock-VastSshKey $path -Passphrase $phrase", ("path", KeyPath + "-nowhere"), ("phrase", Secret(Phrase))).OneError(
            "VastKeyFileMissing");
    }

    private Ran Run(string script, params (string Name, object? Value)[] variables) => _host.Run(script, variables);

    private static SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;

    private static string Fingerprint(string path) => SshKeygen.Print("-lf", path + ".pub").Split(' ')[1];
}
