namespace VastPS;

/// <summary>A repository on a box at one commit, set up.</summary>
public sealed class VastSetupResult
{
    internal VastSetupResult()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>Where the repository came from: an address, or a folder of this computer.</summary>
    public string Repository { get; internal init; } = "";

    /// <summary>The whole hash of the commit that is checked out.</summary>
    public string Commit { get; internal init; } = "";

    /// <summary>The folder on the box, as a full path.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>True where this call fetched it; false where the folder was at the commit already.</summary>
    public bool IsFetched { get; internal init; }

    /// <summary>True where this call ran the set-up command; false without one, or where it had succeeded before.</summary>
    public bool IsSetupRun { get; internal init; }

    /// <summary>The set-up command's exit code, that of an earlier call where it was not run again; null without a command.</summary>
    public int? SetupExitCode { get; internal init; }

    /// <summary>How often it was tried: 1, and one more for each error of the network.</summary>
    public int AttemptCount { get; internal init; }

    /// <summary>How long it all took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The file on the box that holds what the set-up command printed; null without a command.</summary>
    public string? LogPath { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant(
            $"instance {InstanceId}: {Path} at {Commit[..Math.Min(12, Commit.Length)]}{(SetupExitCode is null ? "" : ", set up")}");
}
