using System.Globalization;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>A file as a look saw it, by the box's clock.</summary>
/// <param name="Name">Below the path that was looked at; empty where that path is the file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="At">The last write.</param>
/// <param name="Born">Null where the disk keeps no births.</param>
/// <param name="Inode">Another one where it was replaced.</param>
internal sealed record SavedFile(string Name, long Bytes, long At, long? Born, string Inode);

/// <summary>What two looks saw at a path.</summary>
internal sealed record SavedFiles(string Path, bool IsFile, long Now, IReadOnlyList<SavedFile> First, IReadOnlyList<SavedFile> Second)
{
    /// <summary>Names of files that end before they should.</summary>
    public IReadOnlySet<string> Cut { get; init; } = new HashSet<string>();

    /// <summary>Reads the answer of checkpoints.sh; null where it is not a whole one.</summary>
    public static SavedFiles? Read(string answer)
    {
        if (!answer.EndsWith("\nwhole=1\n", StringComparison.Ordinal))
        {
            return null;
        }

        ILookup<string, string> said = answer.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
            .ToLookup(p => p[0], p => TerminalText.Line(p[1]));
        string path = said["path"].FirstOrDefault() ?? "";
        IReadOnlyList<SavedFile> Files(string look) => [.. said[look].Select(l => File(l, path)).OfType<SavedFile>()];
        return !long.TryParse(said["now"].LastOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out long now) ? null
            : new SavedFiles(path, said.Contains("is-file"), now, Files("first"), Files("second"))
            {
                Cut = said["cut"].Select(name => Below(name, path)).ToHashSet(StringComparer.Ordinal),
            };
    }

    private static SavedFile? File(string line, string path)
    {
        string[] cells = line.Split(' ', 5);
        return cells.Length == 5 && Number(cells[0]) is { } bytes && Number(cells[1]) is { } at
            ? new SavedFile(Below(cells[4], path), bytes, at, Number(cells[2]) is > 0 and var born ? born : null, cells[3])
            : null;
    }

    private static string Below(string name, string path) =>
        name == path ? "" : name.StartsWith(path + "/", StringComparison.Ordinal) ? name[(path.Length + 1)..] : name;

    private static long? Number(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>
/// Finds the checkpoints among saved files: a folder whose name counts or marks a checkpoint, with all that is in it however
/// deep; a file of weights with a number of its own; else the files of weights of one folder together, which is what is
/// rewritten in place.
/// </summary>
internal static partial class CheckpointModel
{
    private static readonly DateTimeOffset s_latest = DateTimeOffset.FromUnixTimeSeconds(253402300799);

    /// <summary>The checkpoints, the newest first.</summary>
    public static IReadOnlyList<VastRunCheckpoint> Find(SavedFiles saved, string runId, long instanceId) =>
    [
        .. saved.First.Concat(saved.Second).Select(f => f.Name).Distinct().GroupBy(name => Place(name, saved))
            .Where(g => g.Key is not null)
            .Select(g => Of(g.Key!, g.ToHashSet(StringComparer.Ordinal), saved, runId, instanceId))
            .OfType<VastRunCheckpoint>()
            .OrderByDescending(c => c.SavedAt).ThenByDescending(c => c.Path, StringComparer.Ordinal),
    ];

    // Where a file belongs: a folder, or itself; null for what is no part of a checkpoint, such as logs.
    private static string? Place(string name, SavedFiles saved)
    {
        if (name.Length == 0)
        {
            return "";
        }

        string[] parts = name.Split('/');
        for (int depth = 0; depth < parts.Length - 1; depth++)
        {
            if (CheckpointFolder().IsMatch(parts[depth]))
            {
                return string.Join('/', parts[..(depth + 1)]);
            }
        }

        string folder = string.Join('/', parts[..^1]);
        string file = parts[^1];
        return IsOwn(name) ? name
            : saved.First.Concat(saved.Second).Any(f => IsIn(f.Name, folder) && Weights().IsMatch(f.Name))
                ? InPlace(name, folder, saved)
            : null;
    }

    // One file of weights alone in its folder is the checkpoint; of several, the folder is.
    private static string? InPlace(string name, string folder, SavedFiles saved)
    {
        string[] weights =
        [
            .. saved.First.Concat(saved.Second).Select(f => f.Name).Distinct()
                .Where(n => IsIn(n, folder) && Weights().IsMatch(n) && !IsOwn(n)),
        ];
        return weights.Length switch
        {
            0 => null,
            _ when Temporary().IsMatch(Bare(name)) && weights.Any(w => w != name) => name,
            _ when weights.Count(w => !Temporary().IsMatch(Bare(w))) <= 1 => weights.Contains(name) ? name : null,
            _ => folder,
        };
    }

    // With a number or a mark of its own, and not one of several parts.
    private static bool IsOwn(string name) =>
        Weights().IsMatch(Bare(name)) && Counted().IsMatch(Bare(name)) && !Shard().IsMatch(Bare(name)) && !Part().IsMatch(Bare(name));

    private static bool IsIn(string name, string folder) =>
        name.LastIndexOf('/') is var slash && (slash < 0 ? folder.Length == 0 : name[..slash] == folder);

    private static string Bare(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static VastRunCheckpoint? Of(string place, HashSet<string> names, SavedFiles saved, string runId, long instanceId)
    {
        SavedFile[] before = [.. saved.First.Where(f => names.Contains(f.Name))];
        SavedFile[] now = [.. saved.Second.Where(f => names.Contains(f.Name))];
        if (now.Length == 0)
        {
            return null;
        }

        long at = now.Max(f => f.At);
        long? born = now.Any(f => f.Born is null) ? null : now.Min(f => f.Born);
        (VastCheckpointState state, string why) = Judge(place, before, now, saved);
        return new VastRunCheckpoint
        {
            RunId = runId,
            InstanceId = instanceId,
            Path = place.Length == 0 ? saved.Path : $"{saved.Path}/{place}",
            State = state,
            Why = why,
            FileCount = now.Length,
            SizeGB = now.Sum(f => (double)f.Bytes) / Bytes.GB,
            SavedAt = Time(at),
            Age = TimeSpan.FromSeconds(Math.Max(0, saved.Now - at)),

            // A file that is written again and again was born long before this save.
            SaveTime = born is { } b && at >= b && before.Length == now.Length && !saved.IsFile && place.Length > 0
                ? TimeSpan.FromSeconds(at - b)
                : null,
        };
    }

    private static (VastCheckpointState State, string Why) Judge(string place, SavedFile[] before, SavedFile[] now, SavedFiles saved)
    {
        if (!before.ToHashSet().SetEquals(now))
        {
            string changing = now.Except(before).Concat(before.Except(now)).First().Name;
            return (VastCheckpointState.BeingWritten, $"{(changing.Length == 0 ? saved.Path : changing)} changes");
        }

        if (now.FirstOrDefault(f => f.Name.Split('/').Any(part => Temporary().IsMatch(part))) is { } left)
        {
            return (VastCheckpointState.Incomplete, $"{left.Name} has the name of a file that is not whole yet, and nobody writes it");
        }

        if (Temporary().IsMatch(Bare(saved.Path)) && place.Length == 0)
        {
            return (VastCheckpointState.Incomplete, "it has the name of a file that is not whole yet, and nobody writes it");
        }

        if (now.FirstOrDefault(f => saved.Cut.Contains(f.Name)) is { } cut)
        {
            string name = cut.Name.Length == 0 ? saved.Path : cut.Name;
            return (VastCheckpointState.Incomplete, $"{name} ends before it should, and nobody writes it");
        }

        if (now.FirstOrDefault(f => f.Bytes == 0 && Weights().IsMatch(f.Name)) is { } empty)
        {
            return (VastCheckpointState.Incomplete, $"{empty.Name} is empty");
        }

        foreach (IGrouping<string, Match> set in now.Select(f => Shard().Match(f.Name)).Where(m => m.Success)
            .GroupBy(m => $"{m.Groups["stem"].Value}|{m.Groups["count"].Value}"))
        {
            int count = int.Parse(set.First().Groups["count"].Value, CultureInfo.InvariantCulture);
            int here = set.Select(m => m.Groups["part"].Value).Distinct().Count();
            if (here < count)
            {
                return (VastCheckpointState.Incomplete, FormattableString.Invariant($"{here} of {count} parts are there"));
            }
        }

        return (VastCheckpointState.Complete, "");
    }

    private static DateTimeOffset Time(long seconds) =>
        seconds >= s_latest.ToUnixTimeSeconds() ? s_latest : DateTimeOffset.FromUnixTimeSeconds(seconds);

    // checkpoint-500, global_step_100, epoch_3, step-1000, iter_0000100, tmp-checkpoint-500, 1000 (Orbax), last, best, ckpt
    [GeneratedRegex(
        @"^\.?(tmp[-_.]?)?(checkpoint|ckpt|global_?step|epoch|step|iter|iteration)s?[-_=.]?[0-9]+|^[0-9]+(\.orbax-checkpoint-tmp.*)?$"
        + @"|^(last|latest|best|final)([-_.](checkpoint|ckpt|model))?(\.ckpt)?$|\.ckpt$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CheckpointFolder();

    // As torch, transformers, Lightning, JAX, Keras and gguf name them; a temporary end may follow.
    [GeneratedRegex(
        @"\.(pt|pth|ckpt|safetensors|bin|npz|msgpack|h5|keras|gguf|pkl|distcp|tar)([-_.](tmp|temp|part|partial|incomplete|writing)[^/]*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Weights();

    // What each rank of a training saves: torch's distributed checkpoints, DeepSpeed, transformers.
    [GeneratedRegex(@"^__[0-9]+_[0-9]+\.distcp|rank[-_]?[0-9]+|^rng_state", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex(
        @"^(best|last|latest|final)|[0-9]{2,}|(step|epoch|iter|ckpt|checkpoint)[a-z]*[-_=.]?[0-9]|[-_=][0-9]+\.",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(?<stem>.*)[-_.](?<part>[0-9]+)-of-(?<count>[0-9]{1,6})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();

    [GeneratedRegex(
        @"(^|[-_.])(tmp|temp|part|partial|incomplete|writing|orbax-checkpoint-tmp)([-_.][^/]*)?$|^\.?(tmp|temp)[-_.]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Temporary();
}
