using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>A real repository of git in a folder of its own.</summary>
internal sealed class GitRepository : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("vastps-repo-").FullName;

    public GitRepository(string name = "train")
    {
        Folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        Git("init", "--quiet");
        First = Commit("train.py", "print(1)\n");
        Second = Commit("train.py", "print(2)\n");
    }

    /// <summary>The working copy.</summary>
    public string Folder { get; }

    public string First { get; }

    /// <summary>The last commit.</summary>
    public string Second { get; }

    /// <summary>Its address for whoever shares the disk.</summary>
    public string Uri => "file://" + Folder;

    /// <summary>Writes a file and commits it; the whole hash.</summary>
    public string Commit(string file, string text)
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        Git("add", "--all");
        Git("commit", "--quiet", "--message", $"Change {file}");
        return Git("rev-parse", "HEAD");
    }

    /// <summary>Runs git in the working copy; what it printed.</summary>
    public string Git(params string[] arguments) => Git(Folder, arguments);

    /// <summary>Runs git in a folder as somebody made up on a fixed day: the same files give the same hash.</summary>
    public static string Git(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(
            "git", ["-C", folder, "-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "init.defaultBranch=main", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_AUTHOR_DATE"] = start.Environment["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z";
        using Process git = Process.Start(start)!;
        Task<string> said = git.StandardError.ReadToEndAsync();
        string text = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {said.Result}");
        return text.Trim();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
