using System.Management.Automation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>The key of the account takes no way to a box, and no error shows it.</summary>
public sealed class KeyToBoxTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-key-").FullName;
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_is_refused_on_every_way_and_named_by_its_place()
    {
        string key = _bed.Vast.Server.ApiKey;
        string file = Path.Combine(_folder, "input.txt");
        File.WriteAllText(file, new string('x', (1 << 20) - 10) + key);
        string code = Directory.CreateDirectory(Path.Combine(_folder, "code")).FullName;
        File.WriteAllText(Path.Combine(code, "train.py"), "print(1)");
        File.WriteAllText(Path.Combine(code, "notes.md"), "key: " + key.ToUpperInvariant());
        string named = Directory.CreateDirectory(Path.Combine(_folder, "named")).FullName;
        File.WriteAllText(Path.Combine(named, key + ".txt"), "");
        int before = _bed.Vast.Writes.Count;
        foreach ((string script, string place) in new[]
        {
            ("$box | Invoke-VastCommand \"echo $key\"", "-Command"),
            ("$box | Invoke-VastCommand echo -ArgumentList a, \"x$key\"", "-ArgumentList"),
            ("$box | Invoke-VastCommand env -Environment @{ TOKEN = $key }", "-Environment TOKEN"),
            ("$box | Invoke-VastCommand cat -InputText \"a`n$key\"", "-InputText"),
            ("$box | Invoke-VastCommand cat -InputPath $file", "input.txt"),
            (
                "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -OnStart \"export K=$key\" "
                + "-Confirm:$false",
                "-OnStart"),
            (
                "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Environment @{ K = $key } "
                + "-Confirm:$false",
                "-Environment K"),
            ("$box | Start-VastRun \"curl -H $key x\" -MaxRuntime 1h -Force -Confirm:$false", "-Command"),
            ("$box | Start-VastRun 'true' -MaxRuntime 1h -Environment @{ A = $key } -Confirm:$false", "-Environment A"),
            ("$box | Start-VastRun 'true' -MaxRuntime 1h -WorkingDirectory \"/$key\" -Confirm:$false", "-WorkingDirectory"),
            ("$box | Invoke-VastSmokeTest \"python t.py $key\"", "-Command"),
            ("$box | Invoke-VastSmokeTest 'python t.py' -CheckpointPath out -ResumeCommand \"python t.py $key\"", "-ResumeCommand"),
            (
                "$box | Initialize-VastInstance -Repository https://example.com/me/x -Commit 1234567 -SetupCommand \"K=$key ./setup\" "
                + "-Confirm:$false",
                "-SetupCommand"),
            ("$box | Initialize-VastInstance -Repository \"https://example.com/$key/x\" -Commit 1234567 -Confirm:$false", "-Repository"),
            ("$box | Test-VastBandwidth -Uri \"https://example.com/?api_key=$key\"", "-Uri"),
            ("$box | Send-VastItem $code -Recurse -Destination sent -Confirm:$false", "notes.md"),
            ("$box | Send-VastItem $code -Recurse -Destination sent -AllowSecretPath -Confirm:$false", "notes.md"),
            ("$box | Send-VastItem $named -Recurse -Destination sent -Confirm:$false", "the name of a file"),
            ("$box | Send-VastItem $file -Destination \"sent-$key\" -Confirm:$false", "-Destination"),
            ("$box | Receive-VastItem \"/root/$key\" -Destination $code -Confirm:$false", "-Path"),
            ("$box | Enter-VastInstance -LocalForward \"8080:$($key):80\"", "-LocalForward"),
        })
        {
            Ran ran = _bed.Run(script, ("key", key), ("file", file), ("code", code), ("named", named));
            ErrorRecord error = ran.OneError("VastApiKeyWithheld");
            Assert.Contains(place, error.Exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(key, ran.Everything(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(before, _bed.Vast.Writes.Count);
        Assert.Empty(_bed.Run("Get-VastRun").Clean<VastRun>());
        Assert.Equal("", Assert.Single(_bed.Run("$box | Invoke-VastCommand 'ls -d ~/sent*; true'").Clean<VastCommandResult>()).Stdout);
    }

    [Fact]
    public void A_commit_that_holds_it_is_not_bundled()
    {
        using var repository = new GitRepository();
        string commit = repository.Commit("config.yaml", "key: " + _bed.Vast.Server.ApiKey);
        ErrorRecord error = _bed.Run(
            "$box | Initialize-VastInstance -Repository $repo -Commit $commit -Confirm:$false",
            ("repo", repository.Folder),
            ("commit", commit)).OneError("VastApiKeyWithheld");
        Assert.Contains("config.yaml", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_box_says_is_shown_without_it()
    {
        string key = _bed.Vast.Server.ApiKey;
        string half = key[..10];
        string rest = key[10..];
        Ran ran =
            _bed.Run(
                "$box | Invoke-VastCommand \"printf '%s%s\\n' $half $rest\"; $box | Invoke-VastCommand \"printf '%s%s\\n' $half $rest\" "
                + "-Stream",
                ("half", half),
                ("rest", rest));
        Assert.DoesNotContain(key, ran.Everything(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("***", ran.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_the_text_of_a_run_is_refused_and_the_way_to_pass_it_is_said()
    {
        string token = "hf_" + string.Concat(Enumerable.Repeat("a1b2", 8));
        Ran ran = _bed.Run("$box | Start-VastRun \"HF_TOKEN=$token python t.py\" -MaxRuntime 1h -Force -Confirm:$false", ("token", token));
        ErrorRecord error = ran.OneError("VastCommandHoldsSecret");
        Assert.Contains("-Environment @{ HF_TOKEN = $env:HF_TOKEN }", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(token, ran.Everything(), StringComparison.Ordinal);
        Assert.Empty(_bed.Run("Get-VastRun").Clean<VastRun>());
    }
}
