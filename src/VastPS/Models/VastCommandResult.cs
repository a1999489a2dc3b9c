namespace VastPS;

/// <summary>What a command on an instance came to.</summary>
public sealed class VastCommandResult
{
    internal VastCommandResult()
    {
    }

    /// <summary>The instance it ran on.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The command with its arguments, as it was sent.</summary>
    public string Command { get; internal init; } = "";

    /// <summary>The command's exit code, 128+n where signal n ended it; null where it did not end by itself.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>True where it ended with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>What it wrote to stdout, without escape sequences and without the last line end.</summary>
    public string Stdout { get; internal init; } = "";

    /// <summary>What it wrote to stderr, without escape sequences and without the last line end.</summary>
    public string Stderr { get; internal init; } = "";

    /// <summary>True where the output was so long that its beginning is not here.</summary>
    public bool IsTruncated { get; internal init; }

    /// <summary>From sending the command to its end.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>True where it was ended because its time was up.</summary>
    public bool TimedOut { get; internal init; }

    /// <summary>True where it could not be confirmed that everything it started has ended, as when the box stopped answering.</summary>
    public bool MayStillRun { get; internal init; }

    /// <summary>The address it was reached by.</summary>
    public VastSshAddress? Address { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant(
            $"instance {InstanceId}: {(TimedOut ? "timed out" : ExitCode is { } code ? $"exit code {code}" : "ended without an exit code")}");
}
