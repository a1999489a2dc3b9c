namespace VastPS.Kernel.Text;

/// <summary>The words with which the system's ssh opens a shell on one box.</summary>
internal static class ShellArguments
{
    // Names are not hashed, so that a host key met first can be read back.
    private static readonly string[] s_own = ["HashKnownHosts=no", "ExitOnForwardFailure=yes"];

    /// <summary>The words. Settings of the command line come first for ssh; the user's own hold for all they do not name.</summary>
    /// <param name="entry">The box.</param>
    /// <param name="forwards">Ports of this computer that lead to the box while the shell is open.</param>
    public static IReadOnlyList<string> Of(SshHostEntry entry, IEnumerable<PortForward> forwards) =>
    [
        .. entry.Settings().Select(s => $"{s.Keyword}={s.Value}").Concat(s_own).SelectMany(o => new[] { "-o", o }),
        .. forwards.SelectMany(f => new[] { "-L", f.ToString() }),
        "--",
        entry.IdAlias,
    ];
}
