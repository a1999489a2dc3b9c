using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Text;

/// <summary>One box as ssh is told of it.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Server">The service that the id belongs to.</param>
/// <param name="Name">The readable part of its label, letters, digits, dots and dashes only; empty for none.</param>
/// <param name="Address">Where it is reached; checked.</param>
/// <param name="IdentityFile">The key to log in with; null leaves the choice to ssh.</param>
/// <param name="KnownHostsFile">Where its host key is kept: for no other box.</param>
/// <param name="IsKnown">True where its host key is known, so that ssh takes no other.</param>
internal sealed record SshHostEntry(
    long InstanceId, string Server, string Name, VastSshAddress Address, string? IdentityFile, string KnownHostsFile, bool IsKnown = false)
{
    public string IdAlias => FormattableString.Invariant($"vast-{InstanceId}");

    /// <summary>The host key to write into its known hosts file; null leaves that file as it is.</summary>
    public PublicKeyText? HostKey { get; init; }

    // What a "Host *" may impose for other machines and what would keep ssh, scp, rsync or an editor from a box: a way over another host,
    // a command instead of a shell, a connection that is shared with whoever had this address before, a terminal under a copy.
    // ssh takes the first value that it meets, and the file with these stands first.
    private static readonly (string Keyword, string Value)[] s_switchedOff =
    [
        ("ProxyJump", "none"), ("ProxyCommand", "none"), ("RemoteCommand", "none"), ("ControlMaster", "no"), ("ControlPath", "none"),
        ("PermitLocalCommand", "no"), ("RequestTTY", "auto"), ("Tunnel", "no"), ("PubkeyAuthentication", "yes"),
    ];

    /// <summary>
    /// What ssh must be told, keyword and value as a line of its configuration has them. A box never gets at the agent or
    /// the screen of this computer, whatever the user has set for all hosts; ssh -A and -X still do it on purpose.
    /// </summary>
    public IEnumerable<(string Keyword, string Value)> Settings()
    {
        yield return ("HostName", Address.Host);
        yield return ("Port", Address.Port.ToString(CultureInfo.InvariantCulture));
        yield return ("User", Address.User);
        if (IdentityFile is { } key)
        {
            yield return ("IdentityFile", SshHostFile.Quote(key));
            yield return ("IdentitiesOnly", "yes");
        }

        yield return ("HostKeyAlias", IdAlias);
        yield return ("UserKnownHostsFile", SshHostFile.Quote(KnownHostsFile));
        yield return ("StrictHostKeyChecking", IsKnown ? "yes" : "accept-new");
        yield return ("ForwardAgent", "no");
        yield return ("ForwardX11", "no");
        foreach ((string keyword, string value) in s_switchedOff)
        {
            yield return (keyword, value);
        }
    }
}

/// <summary>The text of the file that VastPS keeps beside the user's ssh configuration, and the way back.</summary>
internal static partial class SshHostFile
{
    private const string Heading = "# Written by VastPS (Update-VastSshConfig). What is changed here by hand is lost.\n";
    private const int LongestName = 64;

    /// <summary>
    /// The aliases of each entry, the best first. A name that two boxes share, or that looks like an id, is given to none.
    /// </summary>
    public static IReadOnlyList<string> AliasesOf(SshHostEntry entry, IReadOnlyList<SshHostEntry> all)
    {
        string named = NamedAlias(entry.Name);
        bool isItsOwn = entry.Name.Length > 0
            && all.Count(e => e.Name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase)) == 1
            && all.All(e => e.IdAlias != named);
        return isItsOwn ? [named, entry.IdAlias] : [entry.IdAlias];
    }

    /// <summary>The alias that a name makes.</summary>
    public static string NamedAlias(string name) => "vast-" + name;

    /// <summary>A label as part of an alias: what ssh would read as a pattern or a second word becomes a dash.</summary>
    public static string NameOf(string label)
    {
        string plain = Foreign().Replace(label, "-");
        return (plain.Length > LongestName ? plain[..LongestName] : plain).Trim('-', '.');
    }

    /// <summary>The whole file.</summary>
    public static string Write(IReadOnlyList<SshHostEntry> entries)
    {
        var text = new StringBuilder(Heading);
        foreach (SshHostEntry entry in entries)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n# instance {entry.InstanceId} of {entry.Server} named '{entry.Name}'\nHost "
                + $"{string.Join(' ', AliasesOf(entry, entries))}\n");
            foreach ((string keyword, string value) in entry.Settings())
            {
                text.Append(CultureInfo.InvariantCulture, $"    {keyword} {value}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The entries of a file; what cannot be read as one is left out.</summary>
    public static IReadOnlyList<SshHostEntry> Read(string text)
    {
        var entries = new List<SshHostEntry>();
        string[] blocks = text.ReplaceLineEndings("\n").Split("\n# instance ");
        foreach (string block in blocks.Skip(1))
        {
            string[] lines = block.Split('\n', StringSplitOptions.TrimEntries);
            Match first = About().Match(lines[0]);
            string? host = ValueOf(lines, "HostName"), user = ValueOf(lines, "User"), known = ValueOf(lines, "UserKnownHostsFile");
            if (first.Success && host is not null && user is not null && known is not null
                && int.TryParse(ValueOf(lines, "Port"), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                && long.TryParse(first.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
                && HostName.IsHost(host) && HostName.IsPort(port) && HostName.IsUser(user))
            {
                var address = new VastSshAddress(true, host, port, user);
                bool isKnown = ValueOf(lines, "StrictHostKeyChecking") == "yes";
                entries.Add(new SshHostEntry(
                    id, first.Groups[2].Value, first.Groups[3].Value, address, ValueOf(lines, "IdentityFile"), known, isKnown));
            }
        }

        return entries;
    }

    /// <summary>A path as a word of the configuration. Throws InvalidValue for one that ssh would read as something else.</summary>
    public static string Quote(string path)
    {
        // Windows takes both slashes; ssh there reads the backslash as an escape. Elsewhere it is part of a name.
        string plain = WindowsPath().IsMatch(path) ? path.Replace('\\', '/') : path;
        if (plain.IndexOfAny(['"', '\\', '\n', '\r', '\0']) >= 0 || plain.Contains("${", StringComparison.Ordinal))
        {
            throw new VastException(
                VastReason.InvalidValue,
                TerminalText.Line(path),
                "the ssh configuration",
                "quotes, backslashes, line ends and ${ mean something else there",
                "use a folder with a plain name");
        }

        return $"\"{plain.Replace("%", "%%", StringComparison.Ordinal)}\"";
    }

    private static string? ValueOf(string[] lines, string keyword) => lines
        .Where(l => l.StartsWith(keyword + " ", StringComparison.Ordinal))
        .Select(l => l[(keyword.Length + 1)..].Trim().Trim('"').Replace("%%", "%", StringComparison.Ordinal))
        .FirstOrDefault();

    [GeneratedRegex(@"\A([0-9]{1,18}) of (\S+) named '([A-Za-z0-9._-]*)'\z")]
    private static partial Regex About();

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\A(?:[A-Za-z]:[\\/]|\\\\)")]
    private static partial Regex WindowsPath();
}
