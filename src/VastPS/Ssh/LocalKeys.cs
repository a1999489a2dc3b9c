using VastPS.SshText;

namespace VastPS.Ssh;

/// <summary>A private key of this user.</summary>
internal sealed record LocalKey(string Path, PublicKeyText Public);

/// <summary>
/// The private keys to log in with: the given path, else VASTPS_KEY_PATH, else the default files in ~/.ssh.
/// Every key returned was opened, so what is wrong with one is said before anything is rented or connected.
/// </summary>
internal sealed class LocalKeys(Func<string, string?> environment, string home)
{
    public const string PathVariable = "VASTPS_KEY_PATH";

    private static readonly string[] s_defaults = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>The key file that the environment names; null where it names none.</summary>
    public static string? Configured => Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named ? named : null;

    /// <summary>The keys of this user; see <see cref="Choose"/>.</summary>
    public static IReadOnlyList<LocalKey> Find(string? explicitPath) =>
        new LocalKeys(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)).Choose(explicitPath);

    /// <summary>
    /// The usable keys, best first, never none. A named file must be good. Of the default files those that need a passphrase
    /// or are damaged are passed over as long as another one is good.
    /// </summary>
    public IReadOnlyList<LocalKey> Choose(string? explicitPath)
    {
        if ((explicitPath ?? environment(PathVariable)) is { Length: > 0 } named)
        {
            return [Open(Expand(named))];
        }

        string folder = Path.Combine(home, ".ssh");
        var found = new List<LocalKey>();
        VastException? problem = null;
        foreach (string path in s_defaults.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            try
            {
                found.Add(Open(path));
            }
            catch (VastException e)
            {
                problem ??= e;
            }
        }

        return found.Count > 0
            ? found
            : throw problem ?? new VastException(VastReason.KeyFileMissing, Path.Combine(folder, string.Join("|", s_defaults)), Path.Combine(folder, s_defaults[0]));
    }

    private static LocalKey Open(string path) => new(path, KeyFile.PublicOf(path));

    private string Expand(string path) =>
        path == "~" ? home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : Path.GetFullPath(path);
}
