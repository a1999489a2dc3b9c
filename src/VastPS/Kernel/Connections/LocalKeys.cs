using System.Collections.Concurrent;
using System.Net;
using System.Security;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>
/// The private keys to log in with: the given path, else VASTPS_KEY_PATH, else the default files in ~/.ssh and after them
/// what the ssh agent has. A protected file whose key is in the agent is used through the agent; else its passphrase is
/// asked for where somebody can answer, and the opened key stays in this runspace.
/// Every key returned can sign as far as one can tell, so what is wrong with one is said before anything is rented or connected.
/// </summary>
internal sealed class LocalKeys(Func<string, string?> environment, string home, TimeProvider clock)
{
    public const string PathVariable = "VASTPS_KEY_PATH";

    private const int Tries = 3;

    private static readonly string[] s_defaults = ["id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk"];

    // Each command at work asks its own user; two that run at the same time do not mix.
    private static readonly AsyncLocal<Func<string, Task<SecureString?>>?> s_ask = new();

    private readonly ConcurrentDictionary<string, Unlocked> _unlocked = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<LocalKey>>> _opening = new();

    public LocalKeys(TimeProvider clock)
        : this(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), clock)
    {
    }

    /// <summary>The key file that the environment names; null where it names none.</summary>
    public static string? Configured => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named ? named : null;

    /// <summary>Asks the user for the passphrase of a file; its answer is null where there is nobody or nothing is said.</summary>
    public static Func<string, Task<SecureString?>>? Ask
    {
        set => s_ask.Value = value;
    }

    /// <summary>Where a new key goes when nothing is said.</summary>
    public string DefaultPath => Path.Combine(home, ".ssh", s_defaults[0]);

    /// <summary>The file that the user named, here or in the environment, once it has been seen to be a key; else null.</summary>
    public string? NamedFile(string? explicitPath)
    {
        string? named = (explicitPath ?? environment(PathVariable)) is { Length: > 0 } path ? Expand(path) : null;
        return named is null || KeyFile.Read(named) is { IsPrivate: true } or { IsPublic: true }
            ? named
            : throw new VastException(VastReason.KeyFileInvalid, named, "its content is damaged or of another kind");
    }

    /// <summary>
    /// The usable keys, best first, never none. A named file is the only one and must be good. Of the default files those
    /// that are locked or damaged are passed over as long as there is another key.
    /// </summary>
    public async Task<IReadOnlyList<LocalKey>> FindAsync(string? explicitPath, CancellationToken stop) =>
        (explicitPath ?? environment(PathVariable)) is { Length: > 0 } named
            ? [await NamedAsync(Expand(named), stop).ConfigureAwait(false)]
            : await UsualAsync(stop).ConfigureAwait(false);

    /// <summary>Every private half found on this computer, also of keys that are locked, with its place.</summary>
    public async Task<IReadOnlyList<(PublicKeyText Public, string Place)>> HereAsync(CancellationToken stop)
    {
        var here = new List<(PublicKeyText, string)>();
        foreach (string path in Candidates())
        {
            try
            {
                KeyFile file = KeyFile.Read(path);
                if (file.IsPrivate)
                {
                    here.Add((file.Known ?? file.Open().Public, path));
                }
            }
            catch (VastException)
            {
                // Not a key that could be used, so not one to be shown.
                continue;
            }
        }

        (IReadOnlyList<LocalKey> held, _) = await HeldAsync(stop).ConfigureAwait(false);
        return [.. here, .. held.Select(h => (h.Public, h.Place))];
    }

    /// <summary>Opens a protected key for the rest of this runspace's life; the passphrase itself is not kept.</summary>
    public LocalKey Unlock(string path, SecureString passphrase)
    {
        LocalKey key = KeyFile.Read(path).Open(new NetworkCredential("", passphrase).Password);
        _unlocked[path] = new Unlocked(key, Stamp(path));
        return key;
    }

    /// <summary>The public half of a key file of either kind; one that does not show it is unlocked first.</summary>
    public async Task<PublicKeyText> PublicOfAsync(string path)
    {
        KeyFile file = KeyFile.Read(path);
        return file.Known is { } known && (file.IsPublic || file.IsPrivate) ? known : (await OpenAsync(path).ConfigureAwait(false)).Public;
    }

    private async Task<LocalKey> NamedAsync(string path, CancellationToken stop)
    {
        try
        {
            return Open(path);
        }
        catch (VastException e) when (MayBeInAgent(e))
        {
            (IReadOnlyList<LocalKey> held, _) = await HeldAsync(stop).ConfigureAwait(false);
            return Match(held, path) ?? await OpenAsync(path).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<LocalKey>> UsualAsync(CancellationToken stop)
    {
        (IReadOnlyList<LocalKey> held, string? trouble) = await HeldAsync(stop).ConfigureAwait(false);
        var found = new List<LocalKey>();
        VastException? problem = null;
        foreach (string path in Defaults().Where(File.Exists))
        {
            try
            {
                found.Add(Open(path));
            }
            catch (VastException e)
            {
                if (MayBeInAgent(e) && Match(held, path) is { } inAgent)
                {
                    found.Add(inAgent);
                }

                problem ??= e;
            }
        }

        found.AddRange(held.Where(h => found.All(f => f.Public.Fingerprint != h.Public.Fingerprint)));
        return found.Count > 0 ? found
            : problem is { Reason: VastReason.KeyFileEncrypted } ? [await OpenAsync((string)problem.Target!).ConfigureAwait(false)]
            : throw problem ?? new VastException(
                VastReason.KeyFileMissing, Path.Combine(home, ".ssh", string.Join("|", s_defaults)) + (trouble is null
                    ? ""
                    : $", and the ssh agent gave none: {trouble}"), DefaultPath);
    }

    // What the file itself cannot give: it is locked, a public half, or of a kind that only an agent signs with.
    private static bool MayBeInAgent(VastException e) =>
        e.Reason is VastReason.KeyFileEncrypted
            or VastReason.KeyFileNotPrivate
            or VastReason.KeyFileNeedsAgent
            or VastReason.KeyFileInvalid;

    private LocalKey Open(string path) =>
        _unlocked.TryGetValue(path, out Unlocked? open) && open.Stamp == Stamp(path) ? open.Key : KeyFile.Read(path).Open();

    // Many boxes may want the same key at once: the user is asked once, and the answer is everyone's.
    private async Task<LocalKey> OpenAsync(string path)
    {
        Lazy<Task<LocalKey>> one = _opening.GetOrAdd(path, p => new Lazy<Task<LocalKey>>(() => AskAndOpenAsync(p)));
        try
        {
            return await one.Value.ConfigureAwait(false);
        }
        finally
        {
            _opening.TryRemove(KeyValuePair.Create(path, one));
        }
    }

    private async Task<LocalKey> AskAndOpenAsync(string path)
    {
        for (int left = Tries; ; left--)
        {
            try
            {
                return Open(path);
            }
            catch (VastException e) when (e.Reason == VastReason.KeyFileEncrypted && s_ask.Value is { } ask)
            {
                using SecureString? answer = await ask(path).ConfigureAwait(false);
                if (answer is not { Length: > 0 })
                {
                    throw;
                }

                Try(path, answer, isLast: left == 1);
            }
        }
    }

    private void Try(string path, SecureString answer, bool isLast)
    {
        try
        {
            Unlock(path, answer);
        }
        catch (VastException e) when (e.Reason == VastReason.KeyPassphraseWrong && !isLast)
        {
            // A slip of the finger: asked again.
            _ = e;
        }
    }

    private static LocalKey? Match(IReadOnlyList<LocalKey> held, string path)
    {
        try
        {
            return KeyFile.Read(path).Known is { } half && held.FirstOrDefault(h => h.Public.Fingerprint == half.Fingerprint) is { } found
                ? found with { Path = path }
                : null;
        }
        catch (VastException)
        {
            // What is wrong with the file has been said already.
            return null;
        }
    }

    private async Task<(IReadOnlyList<LocalKey> Keys, string? Trouble)> HeldAsync(CancellationToken stop) =>
        SshAgent.Find(environment, clock) is { } agent ? await agent.ListAsync(stop).ConfigureAwait(false) : ([], null);

    private IEnumerable<string> Defaults() => s_defaults.Select(name => Path.Combine(home, ".ssh", name));

    /// <summary>The private key files of this user, those that ssh tries first before the others.</summary>
    public IReadOnlyList<string> Files() => [.. Candidates()];

    private IEnumerable<string> Candidates()
    {
        string folder = Path.Combine(home, ".ssh");
        IEnumerable<string> named = environment(PathVariable) is { Length: > 0 } path ? [Expand(path)] : [];
        IEnumerable<string> paired = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.pub").Select(p => p[..^4]).Order(StringComparer.Ordinal)
            : [];
        return named.Concat(Defaults()).Concat(paired).Where(File.Exists).Distinct();
    }

    private static (DateTime, long) Stamp(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private string Expand(string path) => Path.GetFullPath(HomePath.Expand(path, home, OperatingSystem.IsWindows()));

    private sealed record Unlocked(LocalKey Key, (DateTime, long) Stamp);
}
