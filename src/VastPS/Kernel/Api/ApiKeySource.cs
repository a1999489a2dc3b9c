using System.Net;
using System.Security;
using System.Text;
using VastPS.Basics;

namespace VastPS.Kernel.Api;

/// <summary>
/// Finds the key and the address that belongs to it: parameter, connected account, VAST_API_KEY, two-factor key file,
/// key file. The environment and the home folder come from outside, so that tests bring their own.
/// </summary>
internal sealed class ApiKeySource(Func<string, string?> environment, string home)
{
    /// <summary>Where the official client keeps the key of a two-factor session.</summary>
    public const string SessionFile = "vast_tfa_key";

    private const int LongestKeyFile = 4096;

    /// <summary>The real environment of this process.</summary>
    public static ApiKeySource OfProcess { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The server that key files belong to.</summary>
    public Uri DefaultAddress { get; init; } = new("https://console.vast.ai");

    /// <summary>The official client's key file.</summary>
    public string KeyFile => Path.Combine(ConfigFolder, "vast_api_key");

    private string ConfigFolder =>
        Path.Combine(Variable("XDG_CONFIG_HOME") is { } config ? config : Path.Combine(home, ".config"), "vastai");

    /// <summary>The pair to use.</summary>
    /// <param name="given">The key of a parameter.</param>
    /// <param name="uri">The address of a parameter.</param>
    /// <param name="session">The connected account.</param>
    /// <exception cref="VastException">ApiKeyMissing, ApiKeyMalformed, ApiAddressInvalid, ApiPairMismatch, SimulatorRuns.</exception>
    public ApiEndpoint Resolve(SecureString? given, string? uri, ApiEndpoint? session)
    {
        Uri? asked = uri is null ? null : ApiEndpoint.ParseAddress(uri, "-Uri");
        string? givenKey = given is null ? null : Checked(new NetworkCredential("", given).Password, "-ApiKey");

        if (ApiEndpoint.Lock is { } simulator)
        {
            if (asked is not null)
            {
                ApiEndpoint.DemandReachable(asked);
            }

            return givenKey is null || givenKey == simulator.Key
                ? simulator
                : throw new VastException(VastReason.SimulatorRuns, "another key");
        }

        if (givenKey is not null)
        {
            return new ApiEndpoint(AddressForGiven(givenKey, asked), givenKey, VastKeySource.Parameter, "-ApiKey");
        }

        if (session is not null)
        {
            return asked is null || ApiEndpoint.SameServer(asked, session.Address)
                ? session
                : throw Mismatch(
                    asked,
                    "the connected account",
                    $"it belongs to {session.Address}",
                    "Connect-VastAccount -ApiKey (Read-Host -AsSecureString) -Uri ...");
        }

        return FromEnvironment(asked) ?? FromFile(asked) ?? throw new VastException(VastReason.ApiKeyMissing, KeyFile);
    }

    /// <summary>Remembers every key of the environment and of key files, whichever is used: none goes to a box or is shown.</summary>
    public void MeetAll()
    {
        IEnumerable<string?> found =
            [Variable("VAST_API_KEY"), .. Places.Where(p => Path.IsPathFullyQualified(p) && File.Exists(p)).Select(TryRead)];
        foreach (string key in found.OfType<string>().Select(t => t.Trim()).Where(k => Fault(k) is null))
        {
            AccountKeys.Meet(key);
        }
    }

    /// <summary>Throws ApiPairMismatch where the key belongs to another server: key files hold no address.</summary>
    public void DemandSavable(ApiEndpoint endpoint)
    {
        if (!ApiEndpoint.SameServer(endpoint.Address, DefaultAddress))
        {
            throw Mismatch(DefaultAddress, endpoint.Origin,
                $"it belongs to {endpoint.Address}, and a key file is used for {DefaultAddress.Host} only",
                "Connect-VastAccount without -Save");
        }
    }

    /// <summary>Writes the key file of the official client, for its owner only.</summary>
    public void Save(ApiEndpoint endpoint)
    {
        DemandSavable(endpoint);
        try
        {
            Directory.CreateDirectory(ConfigFolder);
            string draft = $"{KeyFile}.{Environment.ProcessId}.new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(draft, options))
            {
                file.Write(Encoding.ASCII.GetBytes(endpoint.Key));
            }

            File.Move(draft, KeyFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(
                e, VastReason.InvalidValue, KeyFile, "the key file", e.Message, "Connect-VastAccount without -Save");
        }
    }

    private string[] Places => [Path.Combine(ConfigFolder, SessionFile), KeyFile, Path.Combine(home, ".vast_api_key")];

    // Somebody who sets VAST_URL and VAST_API_KEY means them together (the simulator sets both for child processes).
    private Uri AddressForGiven(string key, Uri? asked)
    {
        if (asked is not null || AddressVariable() is not { } address)
        {
            return asked ?? DefaultAddress;
        }

        return Variable("VAST_API_KEY") is { } paired && paired != key && !ApiEndpoint.SameServer(address, DefaultAddress)
            ? throw Mismatch(
                address,
                "-ApiKey",
                "VAST_URL belongs to the key in VAST_API_KEY",
                "Connect-VastAccount -ApiKey ... -Uri https://console.vast.ai")
            : address;
    }

    private ApiEndpoint? FromEnvironment(Uri? asked)
    {
        if (Variable("VAST_API_KEY") is not { } text)
        {
            return null;
        }

        string key = Checked(text, "VAST_API_KEY");
        Uri? paired = AddressVariable();
        return paired is not null && asked is not null && !ApiEndpoint.SameServer(paired, asked)
            ? throw Mismatch(
                asked,
                "VAST_API_KEY",
                $"VAST_URL says that it belongs to {paired}",
                "Connect-VastAccount -ApiKey (Read-Host -AsSecureString) -Uri ...")
            : new ApiEndpoint(asked ?? paired ?? DefaultAddress, key, VastKeySource.Environment, "VAST_API_KEY");
    }

    private ApiEndpoint? FromFile(Uri? asked)
    {
        // Without a home folder these are relative, and no key is taken from wherever one happens to stand.
        if (Array.Find(Places, p => Path.IsPathFullyQualified(p) && File.Exists(p)) is not { } path)
        {
            return null;
        }

        // Key files hold no address: they belong to the real server unless somebody says otherwise for this very call.
        if (asked is null && AddressVariable() is { } other && !ApiEndpoint.SameServer(other, DefaultAddress))
        {
            throw Mismatch(
                other,
                path,
                "VAST_URL names another server than the one key files belong to",
                $"set VAST_API_KEY beside VAST_URL, or: Connect-VastAccount -Uri {other}");
        }

        return new ApiEndpoint(asked ?? DefaultAddress, Checked(ReadKey(path), path), VastKeySource.File, path);
    }

    private static string ReadKey(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[LongestKeyFile];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, LongestKeyFile, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(e, VastReason.ApiKeyMalformed, path, "the file cannot be read");
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return ReadKey(path);
        }
        catch (VastException)
        {
            return null;
        }
    }

    private static string Checked(string text, string origin)
    {
        string key = text.Trim();
        return Fault(key) is { } fault ? throw new VastException(VastReason.ApiKeyMalformed, origin, fault) : key;
    }

    private static string? Fault(string key) => key.Length == 0 ? "it is empty"
        : key.Any(char.IsWhiteSpace) ? "it contains blanks or several lines"
        : key.AsSpan().IndexOfAny('/', '\\') >= 0 || key[0] is '~' or '.' ? "it looks like a path; give the key itself"
        : key.Any(c => c is < '!' or > '~') ? "it contains characters that no key has"
        : null;

    private Uri? AddressVariable() => Variable("VAST_URL") is { } text ? ApiEndpoint.ParseAddress(text, "VAST_URL") : null;

    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    private static VastException Mismatch(Uri address, string origin, string why, string next) =>
        new(VastReason.ApiPairMismatch, address.GetLeftPart(UriPartial.Authority), origin, why, next);
}
