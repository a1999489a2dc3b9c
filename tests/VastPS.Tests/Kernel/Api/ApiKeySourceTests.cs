using System.Net;
using System.Security;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kernel.Api;

/// <summary>Which key goes to which server, and which never does.</summary>
public sealed class ApiKeySourceTests : IDisposable
{
    private const string Given = "given-key-1111111111";
    private const string Env = "env-key-222222222222";
    private const string Tfa = "tfa-key-333333333333";
    private const string File4 = "file-key-44444444444";
    private const string Old = "old-key-555555555555";

    private readonly Dictionary<string, string?> _variables = [];
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-keys-").FullName;
    private readonly ApiKeySource _keys;

    public ApiKeySourceTests() => _keys = new ApiKeySource(name => _variables.GetValueOrDefault(name), _home);

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void The_first_of_parameter_session_environment_and_files_wins()
    {
        Write(".vast_api_key", Old);
        Expect(Old, VastKeySource.File);
        Write(".config/vastai/vast_api_key", "  " + File4 + " \n");
        Expect(File4, VastKeySource.File);
        Write(".config/vastai/vast_tfa_key", Tfa + "\r\n");
        Expect(Tfa, VastKeySource.File);
        _variables["VAST_API_KEY"] = Env;
        Expect(Env, VastKeySource.Environment);
        var session =
            new ApiEndpoint(new Uri("https://console.vast.ai"), "session-key-66666666", VastKeySource.Session, "Connect-VastAccount");
        Assert.Same(session, _keys.Resolve(null, null, session));
        Assert.Equal((Given, VastKeySource.Parameter), Pair(_keys.Resolve(Secure(Given), null, session)));
    }

    [Fact]
    public void XDG_CONFIG_HOME_replaces_the_config_folder_and_the_old_file_is_not_copied()
    {
        Write(".vast_api_key", Old);
        _variables["XDG_CONFIG_HOME"] = Path.Combine(_home, "elsewhere");
        Expect(Old, VastKeySource.File);
        Assert.False(Directory.Exists(Path.Combine(_home, "elsewhere")));
        Write("elsewhere/vastai/vast_api_key", File4);
        Expect(File4, VastKeySource.File);
    }

    [Fact]
    public void No_key_anywhere_names_the_file_it_looked_for()
    {
        VastException error = Assert.Throws<VastException>(() => _keys.Resolve(null, null, null));
        Assert.Equal(VastReason.ApiKeyMissing, error.Reason);
        Assert.Equal(Path.Combine(_home, ".config", "vastai", "vast_api_key"), error.Target);
    }

    [Theory]
    [InlineData("   ", "empty")]
    [InlineData("two words", "blanks")]
    [InlineData("line1\nline2", "blanks")]
    [InlineData("/home/me/.vast_api_key", "path")]
    [InlineData("~/.vast_api_key", "path")]
    [InlineData(@"C:\keys\vast", "path")]
    [InlineData("./key", "path")]
    [InlineData("schlüssel", "characters")]
    public void What_cannot_be_a_key_is_refused_without_repeating_it(string text, string why)
    {
        foreach (Action use in new Action[] { () => _keys.Resolve(Secure(text), null, null), () => UseVariable(text), () => UseFile(text) })
        {
            VastException error = Assert.Throws<VastException>(use);
            Assert.Equal(VastReason.ApiKeyMalformed, error.Reason);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(text.Trim() is { Length: > 0 } shown ? shown : "\n", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://console.vast.ai", "https")]
    [InlineData("ftp://127.0.0.1/", "https")]
    [InlineData("console.vast.ai", "absolute")]
    [InlineData("https://user:secret@console.vast.ai", "user")]
    [InlineData("https://console.vast.ai/?api_key=abc", "query")]
    [InlineData("https://console.vast.ai/#x", "query")]
    public void A_bad_address_is_refused_and_its_secrets_are_not_shown(string address, string why)
    {
        VastException error = Assert.Throws<VastException>(() => _keys.Resolve(Secure(Given), address, null));
        Assert.Equal(VastReason.ApiAddressInvalid, error.Reason);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", error.Message, StringComparison.Ordinal);
        _variables["VAST_URL"] = address;
        Assert.Equal(VastReason.ApiAddressInvalid, Assert.Throws<VastException>(() => _keys.Resolve(Secure(Given), null, null)).Reason);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("https://vast.example/prefix")]
    public void Loopback_may_be_plain_and_https_may_be_anywhere(string address) =>
        Assert.Equal(new Uri(address), _keys.Resolve(Secure(Given), address, null).Address);

    [Fact]
    public void A_key_file_goes_nowhere_but_to_Vast_unless_this_very_call_says_so()
    {
        Write(".config/vastai/vast_api_key", File4);
        _variables["VAST_URL"] = "http://127.0.0.1:9999";
        Assert.Equal(VastReason.ApiPairMismatch, Assert.Throws<VastException>(() => _keys.Resolve(null, null, null)).Reason);
        Assert.Equal(new Uri("http://127.0.0.1:9999"), _keys.Resolve(null, "http://127.0.0.1:9999", null).Address);
        _variables["VAST_URL"] = "https://console.vast.ai/";
        Expect(File4, VastKeySource.File);
    }

    [Fact]
    public void The_environment_is_a_pair()
    {
        _variables["VAST_URL"] = "http://127.0.0.1:9999";
        _variables["VAST_API_KEY"] = Env;
        Assert.Equal(new Uri("http://127.0.0.1:9999"), _keys.Resolve(null, null, null).Address);

        // The simulator's key never goes to Vast, and a real key never to the simulator: not in a child process either.
        Assert.Equal(
            VastReason.ApiPairMismatch, Assert.Throws<VastException>(() => _keys.Resolve(null, "https://console.vast.ai", null)).Reason);
        Assert.Equal(VastReason.ApiPairMismatch, Assert.Throws<VastException>(() => _keys.Resolve(Secure(Given), null, null)).Reason);
        Assert.Equal(new Uri("https://console.vast.ai"), _keys.Resolve(Secure(Given), "https://console.vast.ai", null).Address);
        Assert.Equal(new Uri("http://127.0.0.1:9999"), _keys.Resolve(Secure(Env), null, null).Address);
        var session =
            new ApiEndpoint(new Uri("https://console.vast.ai"), "session-key-66666666", VastKeySource.Session, "Connect-VastAccount");
        Assert.Equal(session.Address, _keys.Resolve(null, null, session).Address);
    }

    [Fact]
    public void A_connected_key_stays_with_its_server()
    {
        var session = new ApiEndpoint(new Uri("http://127.0.0.1:1"), Given, VastKeySource.Session, "Connect-VastAccount");
        Assert.Equal(
            VastReason.ApiPairMismatch, Assert.Throws<VastException>(() => _keys.Resolve(null, "https://console.vast.ai", session)).Reason);
    }

    [Fact]
    public void Saving_writes_the_official_key_file_for_its_owner_only()
    {
        _keys.Save(new ApiEndpoint(new Uri("https://console.vast.ai"), Given, VastKeySource.Parameter, "-ApiKey"));
        Assert.Equal(Given, File.ReadAllText(_keys.KeyFile));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_keys.KeyFile));
        }

        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_keys.KeyFile)!));
        Expect(Given, VastKeySource.File);
    }

    [Fact]
    public void A_key_of_another_server_is_not_saved()
    {
        var local = new ApiEndpoint(new Uri("http://127.0.0.1:1"), Given, VastKeySource.Parameter, "-ApiKey");
        Assert.Equal(VastReason.ApiPairMismatch, Assert.Throws<VastException>(() => _keys.Save(local)).Reason);
        Assert.False(File.Exists(_keys.KeyFile));
    }

    private static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private static (string, VastKeySource) Pair(ApiEndpoint endpoint) => (endpoint.Key, endpoint.Source);

    private void Expect(string key, VastKeySource source)
    {
        ApiEndpoint found = _keys.Resolve(null, null, null);
        Assert.Equal((key, source), Pair(found));
        Assert.Equal("console.vast.ai", found.Address.Host);
    }

    private void UseVariable(string text)
    {
        _variables["VAST_API_KEY"] = text;
        _keys.Resolve(null, null, null);
    }

    private void UseFile(string text)
    {
        _variables.Remove("VAST_API_KEY");
        Write(".config/vastai/vast_api_key", text);
        _keys.Resolve(null, null, null);
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
