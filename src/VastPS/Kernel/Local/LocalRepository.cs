using VastPS.Basics;

namespace VastPS.Kernel.Local;

/// <summary>A bare repository in a temporary folder, filled from elsewhere, from which a bundle of one commit is made.</summary>
internal sealed class LocalRepository : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-git-").FullName;
    private readonly RepositoryAddress _from;

    private LocalRepository(RepositoryAddress from) => _from = from;

    private string Git => Path.Combine(_folder, "git");

    /// <summary>An empty one; a folder of this computer lends its objects at once.</summary>
    public static async Task<LocalRepository> OpenAsync(RepositoryAddress from, CancellationToken stop)
    {
        var repository = new LocalRepository(from);
        try
        {
            await repository.AskAsync(["init", "--quiet", "--bare", repository.Git], stop);
            if (from.Kind == RepositoryKind.Folder)
            {
                await repository.BorrowAsync(stop);
            }

            return repository;
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }

    /// <summary>True where files that git follows in a folder differ from its last commit, or are new.</summary>
    public static async Task<bool> HasChangesAsync(string folder, CancellationToken stop) =>
        await LocalGit.RunAsync(["-C", folder, "status", "--porcelain"], stop) is { ExitCode: 0, Stdout.Length: > 0 };

    /// <summary>Fetches all branches and tags, or one commit that none of them leads to.</summary>
    public Task<GitResult> FetchAsync(string? commit, CancellationToken stop) => LocalGit.RunAsync(
        ["-C", Git, "fetch", "--quiet", "--force", .. commit is null
            ? (string[])["--tags", "--", _from.Text, "+refs/heads/*:refs/heads/*"]
            : ["--", _from.Text, commit]], stop);

    /// <summary>The whole hashes of the commits whose hash begins so. Names of branches and tags do not count.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string commit, CancellationToken stop)
    {
        string objects = await AskAsync(["-C", Git, "rev-parse", "--disambiguate=" + commit], stop);
        var found = new List<string>();
        foreach (string hash in TextLines.Filled(objects))
        {
            if (await AskAsync(["-C", Git, "cat-file", "-t", hash], stop) == "commit\n")
            {
                found.Add(hash);
            }
        }

        return found;
    }

    /// <summary>The files of a commit that hold one of the texts, in whatever case. The texts are in no command line.</summary>
    public async Task<IReadOnlyList<string>> FilesWithAsync(IReadOnlyCollection<string> texts, string commit, CancellationToken stop)
    {
        if (texts.Count == 0)
        {
            return [];
        }

        // Exit code 1 means that there are none.
        GitResult said =
            await LocalGit.RunAsync(["-C", Git, "grep", "-z", "-l", "-i", "-F", "-f", "-", commit], stop, string.Join('\n', texts) + "\n");
        return said.ExitCode == 0
            ? [.. said.Stdout.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(f => f[(commit.Length + 1)..])]
            : [];
    }

    /// <summary>A bundle with one commit and its history, under a branch of the repository's own.</summary>
    public async Task<Stream> BundleAsync(string commit, CancellationToken stop)
    {
        const string Branch = "refs/heads/vastps";
        string bundle = Path.Combine(_folder, "bundle");
        await AskAsync(["-C", Git, "update-ref", Branch, commit], stop);
        await AskAsync(["-C", Git, "bundle", "create", "--quiet", bundle, Branch], stop);
        return LocalTree.Open(bundle);
    }

    public void Dispose()
    {
        try
        {
            // Objects are read-only, which on Windows keeps them from being removed.
            foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.IsReadOnly))
            {
                file.IsReadOnly = false;
            }

            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in the folder for temporary things.
        }
    }

    // What is there is read where it is: nothing is copied, and nothing is written into the user's repository.
    private async Task BorrowAsync(CancellationToken stop)
    {
        if (!Directory.Exists(_from.Text))
        {
            throw new VastException(VastReason.LocalItemNotFound, _from.Text);
        }

        if (await AskAsync(["-C", _from.Text, "rev-parse", "--is-shallow-repository"], stop) == "true\n")
        {
            throw Unreadable("it is a shallow copy, without the history of its commits", $"git -C '{_from.Text}' fetch --unshallow");
        }

        string objects = (await AskAsync(["-C", _from.Text, "rev-parse", "--git-path", "objects"], stop)).TrimEnd('\n');
        string full = Path.GetFullPath(Path.Combine(_from.Text, objects));
        await File.WriteAllTextAsync(Path.Combine(Git, "objects", "info", "alternates"), full.Replace('\\', '/') + "\n", stop);
    }

    private async Task<string> AskAsync(string[] arguments, CancellationToken stop)
    {
        GitResult said = await LocalGit.RunAsync(arguments, stop);
        return said.ExitCode == 0
            ? said.Stdout
            : throw Unreadable(said.Stderr.Trim().ReplaceLineEndings("; ").TrimEnd('.'), $"git -C '{_from.Text}' log -1");
    }

    private VastException Unreadable(string why, string next) =>
        new(VastReason.RepositoryUnreadable, _from.Text, "on this computer", why, next);
}
