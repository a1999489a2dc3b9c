using VastPS.SshText;

namespace VastPS.Commands;

internal static partial class Texts
{
    public static string SshConfigAction(IReadOnlyList<SshHostEntry> before, IReadOnlyList<SshHostEntry> after)
    {
        string[] written = [.. after.Except(before).Select(e => SshHostFile.AliasesOf(e, after)[0])];
        string[] gone = [.. before.Where(b => after.All(a => a.InstanceId != b.InstanceId)).Select(e => e.IdAlias)];
        return (written.Length, gone.Length) switch
        {
            (0, 0) => "Change nothing",
            (_, 0) => $"Write {string.Join(", ", written)}",
            (0, _) => $"Remove {string.Join(", ", gone)}",
            _ => $"Write {string.Join(", ", written)}; remove {string.Join(", ", gone)}",
        };
    }

    public static string SshConfigRemoveAll(string hostsPath) => $"Remove {hostsPath}, its host keys and the Include line";

    public static string SshConfigNotRead(string path, string hostsPath) =>
        $"ssh does not read these names: {path} has no Include of {hostsPath} before its first Host. Write it there: Update-VastSshConfig";
}
