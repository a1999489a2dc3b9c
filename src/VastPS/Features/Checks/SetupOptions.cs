using VastPS.Kernel.Local;

namespace VastPS.Features.Checks;

/// <summary>What shall be on a box, and how to bring it there.</summary>
/// <param name="Repository">Where it is.</param>
/// <param name="Commit">The hash, whole or its beginning.</param>
/// <param name="Path">The folder on the box, as typed.</param>
/// <param name="Command">The set-up command; null for none.</param>
/// <param name="Timeout">How long all of it may take.</param>
internal sealed record SetupOptions(RepositoryAddress Repository, string Commit, string Path, string? Command, TimeSpan Timeout)
{
    /// <summary>True where it is fetched on this computer and sent as a bundle.</summary>
    public bool IsBundled { get; init; }

    /// <summary>True where the set-up command runs again although it went well before.</summary>
    public bool RepeatsSetup { get; init; }
}

/// <summary>What a set-up tells while it goes on. Called from other threads.</summary>
internal interface ISetupListener
{
    /// <summary>How far git is.</summary>
    void OnProgress(string line);

    /// <summary>A line that the set-up command printed.</summary>
    void OnLine(string line);

    /// <summary>The network failed; the same is tried again after a pause.</summary>
    void OnRetry(string trouble, TimeSpan pause);

    /// <summary>
    /// Files that git follows differ from the commit: those in a folder of this computer are not sent, those on the box stay.
    /// </summary>
    void OnChanges(string place);
}
