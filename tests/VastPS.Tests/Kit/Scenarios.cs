using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Kit;

/// <summary>
/// One natural use of each command, in the order of a life, collected from the features' own lists. The test sets $key, $uri and
/// $offer; $box, an instance that runs; $run, a run on it; $link, something to download; $repo, a repository on the box;
/// and $here, a prepared folder.
/// </summary>
internal static class Scenarios
{
    public const string Workload =
        "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -VocabSize 32000 -Method LoRA";

    /// <summary>Makes a repository with the commit 47fad5cf on a box and prints its folder; the hash is always the same.</summary>
    public const string MakeRepository =
        "export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z; git init -q code; "
        + "git -C code -c user.name=me -c user.email=me@example.com commit -q --allow-empty -m x; cd code; pwd";

    /// <summary>Every scenario there is.</summary>
    public static IReadOnlyList<Scenario> Every { get; } =
    [
        .. typeof(Scenarios).Assembly.GetTypes()
            .Where(t => t.IsClass && t.IsAssignableTo(typeof(IFeatureScenarios)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .SelectMany(t => ((IFeatureScenarios)Activator.CreateInstance(t)!).InOrder)
            .OrderBy(s => s.Moment),
    ];

    /// <summary>Those that can meet a server or a file, from connecting to leaving.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [.. Every.Where(s => s.Moment < Moment.Alone)];

    /// <summary>Those that need no account.</summary>
    public static IReadOnlyList<Scenario> Alone { get; } = [.. Every.Where(s => s.Moment >= Moment.Alone)];

    /// <summary>Puts into a folder what the lines send; returns it.</summary>
    public static string Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "train.sh"), "echo step 1 loss 2\n");
        return folder;
    }

    /// <summary>Notes a run of an instance as if it had been started from here.</summary>
    public static async Task<VastRun> NoteRunAsync(string server, long instanceId)
    {
        string id = "run-" + Guid.NewGuid().ToString("N");
        var run = new RunRecord(id, id, instanceId, "sh code/train.sh", TimeProvider.System.GetUtcNow());
        await new RunStore(TimeProvider.System).OpenAsync(server, run, default);
        return RunView.Of(run, run.StartedAt);
    }
}
