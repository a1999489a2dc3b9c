using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>What a folder of a box is, as folder.sh says it.</summary>
internal static class FolderKind
{
    /// <summary>The system or the login folder.</summary>
    public const string Whole = "whole";

    /// <summary>Empty, or not there.</summary>
    public const string Free = "free";

    /// <summary>A copy of a repository.</summary>
    public const string Copy = "copy";
}

/// <summary>What is at a folder of a box.</summary>
/// <param name="HasGit">True where the box has git.</param>
/// <param name="Home">The login folder.</param>
/// <param name="Path">The folder's full path.</param>
/// <param name="Kind">One of <see cref="FolderKind"/>, or nothing for all else.</param>
internal sealed record BoxFolder(bool HasGit, string Home, string Path, string Kind)
{
    /// <summary>The commit that is checked out; empty where there is none.</summary>
    public string Head { get; init; } = "";

    /// <summary>Where VastPS fetched it from; empty where somebody else did.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The note of the last set-up that went well; empty where there is none.</summary>
    public string Done { get; init; } = "";

    /// <summary>True where files that git follows differ from the commit.</summary>
    public bool IsChanged { get; init; }

    /// <summary>Where the set-up's log is or will be.</summary>
    public string LogPath { get; init; } = "";
}

/// <summary>The shell text of a set-up: the .sh files of this folder with their arguments, and the reader of their answers.</summary>
internal static class SetupScripts
{
    /// <summary>Asks what is at a folder.</summary>
    public static string Look(string path) => Script("folder.sh", path);

    /// <summary>Fetches and checks out one commit; answers "commit=", or "failed=" folder, fetch, commit-N or checkout.</summary>
    public static string CheckOut(string folder, string stage, string source, string origin, string remote, string commit) =>
        Script("checkout.sh", folder, stage, source, origin, remote, commit);

    /// <summary>Runs the set-up command; its exit code is the script's, its output the script's stdout.</summary>
    public static string SetUp(string folder, string command, string note, int attempt) =>
        Script("setup.sh", folder, command, note, attempt.ToString(CultureInfo.InvariantCulture));

    /// <summary>Keeps stdin in a file that only its owner reads.</summary>
    public static string Keep(string path) => $"umask 077; cat > {ShellQuote.Word(path)}";

    /// <summary>Removes what a fetch left half; what still writes there is on its way out.</summary>
    public static string Remove(params string[] paths)
    {
        string words = ShellQuote.Join(paths);
        return $"for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- {words} 2>/dev/null && break; sleep 0.2; done";
    }

    /// <summary>The answers of a script, by name.</summary>
    public static IReadOnlyDictionary<string, string> Read(SshResult ran) => ran.Stdout.Split('\n')
        .Select(l => l.Split('=', 2)).Where(p => p.Length == 2)
        .GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1]);

    /// <summary>The answer of <see cref="Look"/>; null where it is none.</summary>
    public static BoxFolder? ReadFolder(SshResult ran)
    {
        IReadOnlyDictionary<string, string> said = Read(ran);
        string Of(string name) => said.GetValueOrDefault(name, "");
        return said.ContainsKey("path")
            ? new BoxFolder(said.ContainsKey("git"), Of("home"), Of("path"), Of("kind"))
            {
                Head = Of("head"), Origin = Of("origin"), Done = Of("done"), IsChanged = said.ContainsKey("changed"), LogPath = Of("log"),
            }
            : null;
    }

    private static string Script(string name, params string[] arguments) =>
        $"exec sh -c {ShellQuote.Word(EmbeddedText.Read(name))} vastps {ShellQuote.Join(arguments)}";
}
