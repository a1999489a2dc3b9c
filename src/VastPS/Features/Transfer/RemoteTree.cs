using System.Globalization;
using System.Text;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>A file of a box.</summary>
/// <param name="Remote">Its path there.</param>
/// <param name="Name">Its name here, beginning with the item's, with slashes.</param>
/// <param name="Bytes">Its size when it was listed.</param>
/// <param name="Mode">Who may do what.</param>
internal sealed record RemoteFile(string Remote, string Name, long Bytes, int Mode);

/// <summary>What a folder of a box holds, sorted into what can be received and what is refused.</summary>
internal sealed class RemoteTree(string root, string name, long instanceId, Action<VastException> refuse)
{
    private const int DeepestFolder = 64;
    private const int UsualMode = 0b110_100_100;
    private const int UsualFolder = 0b111_101_101;

    // Names and sizes of about a million files.
    private const long MostOfList = 256 << 20;

    private static readonly UTF8Encoding s_strict = new(false, true);

    private readonly List<(string Path, string Target)> _links = [];

    /// <summary>Folders with who may do what, outer ones first.</summary>
    public List<(string Name, int Mode)> Folders { get; } = [(name, UsualFolder)];

    public List<RemoteFile> Files { get; } = [];

    /// <summary>Links that stay links, by name here.</summary>
    public List<(string Name, string Target)> Links { get; } = [];

    /// <summary>Reads the folder.</summary>
    public async Task ReadAsync(ExcludeRules excludes, TransferShell shell, CancellationToken stop)
    {
        using var list = new MemoryStream();
        SshResult ran = await shell.KeepAsync(TransferScripts.List(root, DeepestFolder + 1), Stream.Null, list, MostOfList, root, stop)
            .ConfigureAwait(false);
        if (ran.ExitCode != 0
            && ran.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries) is var said
            && !(said.Length > 0 && said.All(l => l.EndsWith("No such file or directory", StringComparison.Ordinal))))
        {
            throw shell.Unusable(ran, root);
        }

        List<string?> parts = Split(list, s_strict);
        var readable = new Lazy<List<string?>>(() => Split(list, Encoding.UTF8));
        string? closed = null;
        for (int i = 0; i + 4 < parts.Count; i += 5)
        {
            stop.ThrowIfCancellationRequested();
            if (parts[i + 3] is not { } path)
            {
                Refuse($"{root}/{readable.Value[i + 3]}", "its name is not UTF-8");
            }
            else if (closed is null || !path.StartsWith(closed, StringComparison.Ordinal))
            {
                // find names a folder before what it holds.
                closed = Take(parts[i]!, path, parts[i + 1]!, parts[i + 2]!, parts[i + 4], excludes) ? closed : path + "/";
            }
        }

        await FollowAsync(shell, stop).ConfigureAwait(false);
    }

    private bool Take(string kind, string path, string size, string mode, string? target, ExcludeRules excludes)
    {
        if (path.Length == 0 && kind == "d")
        {
            Folders[0] = (name, Mode(mode, UsualFolder));
            return true;
        }

        if (excludes.Verdict(path, kind == "d") == true)
        {
            return false;
        }

        // Every part of it: find would never print a way out, but this is what a box says that find printed.
        if (path.Split('/').Select(p => ReceivedName.Fault(p, OperatingSystem.IsWindows())).FirstOrDefault(f => f is not null) is { } fault)
        {
            Refuse($"{root}/{path}", fault);
            return false;
        }

        switch (kind)
        {
            case "d" when path.Count(c => c == '/') >= DeepestFolder:
                Refuse($"{root}/{path}", $"it is more than {DeepestFolder} folders deep");
                return false;
            case "d":
                Folders.Add(($"{name}/{path}", Mode(mode, UsualFolder)));
                break;
            case "f":
                Files.Add(new RemoteFile($"{root}/{path}", $"{name}/{path}", Number(size), Mode(mode)));
                break;
            case "l":
                _links.Add((path, target ?? ""));
                break;
            default:
                Refuse($"{root}/{path}", "it is a device, socket or pipe");
                break;
        }

        return true;
    }

    // A link that stays in the tree by its words stays a link where the system has them; one that leads to a file of the
    // tree in another way is received as that file; any other is refused.
    private async Task FollowAsync(TransferShell shell, CancellationToken stop)
    {
        if (_links.Count == 0)
        {
            return;
        }

        using var list = new MemoryStream();
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(TransferShell.List(_links.Select(l => $"{root}/{l.Path}"))));
        await shell.KeepAsync(TransferScripts.Follow, input, list, MostOfList, root, stop).ConfigureAwait(false);
        List<string?> parts = Split(list, s_strict);
        for (int i = 0; i < _links.Count; i++)
        {
            (string path, string target) = _links[i];
            string size = (2 * i) + 1 < parts.Count ? parts[2 * i] ?? "-" : "-";
            string real = (2 * i) + 1 < parts.Count ? parts[(2 * i) + 1] ?? "" : "";
            if (real.Length > 0 && real != root && !ReceivedName.IsInside(real, root))
            {
                Refuse($"{root}/{path}", "it is a link that leaves the folder");
            }
            else if (!OperatingSystem.IsWindows() && ReceivedName.StaysInside(path, target))
            {
                Links.Add(($"{name}/{path}", target));
            }
            else if (size != "-")
            {
                Files.Add(new RemoteFile(real, $"{name}/{path}", Number(size), UsualMode));
            }
            else
            {
                Refuse($"{root}/{path}", "it is a link that leads to no file");
            }
        }
    }

    /// <summary>
    /// Refuses names that are one in the folder here, and names that are one with another that is there already: whichever came
    /// last would replace what is not its own.
    /// </summary>
    /// <param name="stage">Where the files will arrive.</param>
    public void RefuseClashes(LocalStage stage)
    {
        foreach (IReadOnlyList<string> group in NameClashRule.Find(Names(), stage.Names))
        {
            Leave(group, $"{string.Join(" and ", group.Skip(1).Select(RemoteOf))} would be the same name in {stage.Target}");
        }

        foreach (string path in Names().ToList())
        {
            if (stage.Other(path) is { } other)
            {
                Leave([path], $"{other} is there already and would be the same name");
            }
        }
    }

    private IEnumerable<string> Names() => Folders.Select(f => f.Name).Concat(Files.Select(f => f.Name)).Concat(Links.Select(l => l.Name));

    private string RemoteOf(string path) => TransferShell.Shown(root + path[name.Length..]);

    private void Leave(IReadOnlyList<string> paths, string why)
    {
        bool IsLeft(string path) => paths.Any(p => path == p || ReceivedName.IsInside(path, p));
        int before = Folders.Count + Files.Count + Links.Count;
        Folders.RemoveAll(f => IsLeft(f.Name));
        Files.RemoveAll(f => IsLeft(f.Name));
        Links.RemoveAll(l => IsLeft(l.Name));
        if (Folders.Count + Files.Count + Links.Count < before)
        {
            Refuse(RemoteOf(paths[0]), why);
        }
    }

    private void Refuse(string remote, string why) =>
        refuse(new VastException(VastReason.RemoteNameRefused, TransferShell.Shown(remote), instanceId, why));

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    /// <summary>Who may do what, as the box writes it in octal; the usual where it is no such number.</summary>
    public static int Mode(string? text, int usual = UsualMode) =>
        text is { Length: > 0 and <= 6 } && text.All(c => c is >= '0' and <= '7') ? Convert.ToInt32(text, 8) & 0b111_111_111 : usual;

    // Null for what the encoding does not take.
    private static List<string?> Split(MemoryStream list, Encoding encoding)
    {
        var parts = new List<string?>();
        ReadOnlySpan<byte> bytes = list.GetBuffer().AsSpan(0, (int)list.Length);
        for (int end; (end = bytes.IndexOf((byte)0)) >= 0; bytes = bytes[(end + 1)..])
        {
            try
            {
                parts.Add(encoding.GetString(bytes[..end]));
            }
            catch (DecoderFallbackException)
            {
                parts.Add(null);
            }
        }

        return parts;
    }
}
