using VastPS.Basics;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>
/// Fetches a repository with the user's own git and sends one commit with its history: no key and no token leaves this computer.
/// </summary>
internal sealed class BundleSender(RepositoryAddress repository, string commit, SetupPatience patience, ISetupListener listener)
{
    private bool IsFolder => repository.Kind == RepositoryKind.Folder;

    /// <summary>Hands the bundle over; returns the whole hash. Throws LocalGitMissing, RepositoryUnreadable and CommitNotFound.</summary>
    public async Task<string> SendAsync(Func<Stream, CancellationToken, Task> take, CancellationToken stop)
    {
        using LocalRepository local = await LocalRepository.OpenAsync(repository, stop).ConfigureAwait(false);
        if (IsFolder && await LocalRepository.HasChangesAsync(repository.Text, stop).ConfigureAwait(false))
        {
            listener.OnChanges(repository.Text);
        }

        string whole = await FindAsync(local, stop).ConfigureAwait(false);
        KeyRule.DemandNone(await local.FilesWithAsync(AccountKeys.All, whole, stop).ConfigureAwait(false), whole);
        await using Stream bundle = await local.BundleAsync(whole, stop).ConfigureAwait(false);
        await take(bundle, stop).ConfigureAwait(false);
        return whole;
    }

    private async Task<string> FindAsync(LocalRepository local, CancellationToken stop)
    {
        if (!IsFolder)
        {
            await FetchAsync(local, stop).ConfigureAwait(false);
        }

        IReadOnlyList<string> found = await local.FindAsync(commit, stop).ConfigureAwait(false);
        if (found.Count == 0 && commit.Length == CommitRule.WholeLength && !IsFolder)
        {
            // Some servers give a commit that no branch leads to, such as that of a pull request.
            await local.FetchAsync(commit, stop).ConfigureAwait(false);
            found = await local.FindAsync(commit, stop).ConfigureAwait(false);
        }

        return found.Count == 1 ? found[0] : throw CommitRule.Missing(commit, repository, found.Count > 1);
    }

    private async Task FetchAsync(LocalRepository local, CancellationToken stop)
    {
        GitResult said =
            await patience.TryAsync(_ => local.FetchAsync(null, stop), g => g.ExitCode == 0, g => g.Stderr, stop).ConfigureAwait(false);
        if (said.ExitCode != 0)
        {
            throw new VastException(
                VastReason.RepositoryUnreadable,
                repository.Text,
                "on this computer",
                SetupOutput.Why(said.Stderr),
                $"git ls-remote {PowerShellQuote.Quoted(repository.Text)}");
        }
    }
}
