using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.State;

public sealed class HostKeyStoreTests : IDisposable
{
    private static readonly HostKey s_key = new("ssh-ed25519", "SHA256:one");
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-hostKeys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_first_key_stays()
    {
        HostKeyStore hostKeys = Open();
        Assert.Null(hostKeys.Find("h/1"));

        Assert.Equal(s_key, await hostKeys.MeetAsync("h/1", s_key, default));
        Assert.Equal(s_key, await hostKeys.MeetAsync("h/1", s_key with { Fingerprint = "SHA256:two" }, default));

        Assert.Equal(s_key, Open().Find("h/1"));
        Assert.Null(Open().Find("h/2"));
    }

    [Fact]
    public async Task Forgetting_takes_the_scope_and_what_is_below_and_nothing_else()
    {
        HostKeyStore hostKeys = Open();
        foreach (string scope in (string[])["h/1", "h/1/direct", "h/1/proxy", "h/12/direct", "other/1"])
        {
            await hostKeys.MeetAsync(scope, s_key, default);
        }

        await hostKeys.ForgetAsync("h/1", default);

        Assert.Equal(
            [null, null, null, s_key, s_key], new[] { "h/1", "h/1/direct", "h/1/proxy", "h/12/direct", "other/1" }.Select(hostKeys.Find));
    }

    [Fact]
    public async Task A_scope_that_was_forgotten_can_be_met_again()
    {
        HostKey another = s_key with { Fingerprint = "SHA256:two" };
        await Open().MeetAsync("h/1/direct", s_key, default);
        await Open().ForgetAsync("h/1", default);
        Assert.Equal(another, await Open().MeetAsync("h/1/direct", another, default));
        Assert.Equal(another, await Open().MeetAsync("h/1/direct", s_key, default));
        Assert.Equal(another, Open().Find("h/1/direct"));
    }

    [Fact]
    public async Task Forgetting_where_nothing_was_kept_makes_no_file()
    {
        await Open().ForgetAsync("h/1", default);

        Assert.False(File.Exists(Open().Location));
    }

    [Fact]
    public async Task Torn_and_foreign_lines_are_passed_over_and_kept()
    {
        HostKeyStore hostKeys = Open();
        Directory.CreateDirectory(Path.GetDirectoryName(hostKeys.Location)!);
        await File.WriteAllTextAsync(
            hostKeys.Location,
            "not json\n{\"Scope\":\"h/1\",\"Ty\n{\"Other\":1}\nnull\n{\"Scope\":\"h/2\",\"Type\":\"t\",\"Fingerprint\":\"f\"}");

        await hostKeys.MeetAsync("h/1", s_key, default);
        await hostKeys.ForgetAsync("h/2", default);

        Assert.Equal(s_key, hostKeys.Find("h/1"));
        string text = await File.ReadAllTextAsync(hostKeys.Location);
        Assert.StartsWith("not json\n{\"Scope\":\"h/1\",\"Ty\n{\"Other\":1}\nnull\n", text, StringComparison.Ordinal);
        Assert.Null(hostKeys.Find("h/2"));
        Assert.Null(Open().Find("h/2"));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_and_agree_on_the_first()
    {
        HostKey[] kept = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
        {
            await Open().MeetAsync($"h/{i}", s_key, default);
            return await Open().MeetAsync("shared", new HostKey("t", $"SHA256:{i}"), default);
        })));

        Assert.All(Enumerable.Range(0, 24), i => Assert.Equal(s_key, Open().Find($"h/{i}")));
        Assert.Single(kept.Distinct());
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Only_the_owner_can_read_it()
    {
        HostKeyStore hostKeys = Open();
        await hostKeys.MeetAsync("h/1", s_key, default);

        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no mode bits.");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(hostKeys.Location));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(hostKeys.Location)!));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_one_is_an_error_that_names_it()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        var hostKeys = new HostKeyStore(Path.Combine(file, "state"), TimeProvider.System);

        VastException error = await Assert.ThrowsAsync<VastException>(() => hostKeys.MeetAsync("h/1", s_key, default));

        Assert.Equal(VastReason.StateNotUsable, error.Reason);
        Assert.Contains(file, ErrorText.By(error), StringComparison.Ordinal);
    }

    private HostKeyStore Open() => new(Path.Combine(_folder, "state"), TimeProvider.System);
}
