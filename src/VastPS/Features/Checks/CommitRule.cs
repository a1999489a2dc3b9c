using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Checks;

/// <summary>A commit is named by its hash, whole or its first seven digits and more: branches and tags move.</summary>
internal static class CommitRule
{
    /// <summary>Digits of a whole hash.</summary>
    public const int WholeLength = 40;

    private const int LeastLength = 7;

    /// <summary>The hash in small letters. Throws CommitNotPinned, which says how to find the hash.</summary>
    public static string Demand(string commit, RepositoryAddress repository) =>
        commit.Length is >= LeastLength and <= WholeLength && commit.All(char.IsAsciiHexDigit)
            ? commit.ToLowerInvariant()
            : throw new VastException(
                VastReason.CommitNotPinned,
                commit,
                repository.Kind == RepositoryKind.Folder
                    ? $"git -C {PowerShellQuote.Quoted(repository.Text)} rev-parse {PowerShellQuote.Quoted(commit)}"
                    : $"git ls-remote {PowerShellQuote.Quoted(repository.Text)} {PowerShellQuote.Quoted(commit)}");

    /// <summary>The error of a hash that leads to no commit, or to several.</summary>
    public static VastException Missing(string commit, RepositoryAddress repository, bool isAmbiguous) => new(
        VastReason.CommitNotFound,
        commit,
        repository.Text,
        isAmbiguous ? "more than one commit begins so; give more digits"
            : repository.Kind == RepositoryKind.Folder ? "it is not there"
            : "no branch and no tag leads to it",
        repository.Kind == RepositoryKind.Folder
            ? $"git -C {PowerShellQuote.Quoted(repository.Text)} log --all"
            : $"git ls-remote {PowerShellQuote.Quoted(repository.Text)}");
}
