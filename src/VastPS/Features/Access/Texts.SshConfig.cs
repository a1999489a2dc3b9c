using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string SshConfigAction(SshConfigChange change)
    {
        static string Block(SshHostEntry entry) => SshHostFile.Write([entry]);
        string[] written = [
            .. change.After.Where(a => change.Before.All(b => Block(b) != Block(a))).Select(e => SshHostFile.AliasesOf(e, change.After)[0])
        ];
        string[] gone = [.. change.Before.Where(b => change.After.All(a => a.InstanceId != b.InstanceId)).Select(e => e.IdAlias)];
        string what = (written.Length, gone.Length) switch
        {
            (0, 0) when change.Diff.Count == 0 => "Change nothing",
            (0, 0) => "Write",
            (_, 0) => $"Write {string.Join(", ", written)}",
            (0, _) => $"Remove {string.Join(", ", gone)}",
            _ => $"Write {string.Join(", ", written)}; remove {string.Join(", ", gone)}",
        };
        return change.Diff.Count == 0 ? what : $"{what}\n{string.Join('\n', change.Diff)}\n";
    }

    public static string SshConfigNotRead(string path, string hostsPath) =>
        $"ssh does not read these names: {path} has no Include of {hostsPath} before its first Host. Write it there: Update-VastSshConfig";

    public static string SshConfigNameAvoided(SshHostEntry entry, string alias, string path) =>
        $"{path}, or a file that it includes, already has a host named {alias}, which stays as it is: instance {entry.InstanceId} "
        + $"has only the name {entry.IdAlias}";
}
