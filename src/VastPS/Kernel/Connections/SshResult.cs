using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>What a command on a box came to.</summary>
internal sealed class SshResult
{
    /// <summary>The command's own code, 128+n where a signal ended it; null where the box did not say, as after a timeout.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal the server reported for the whole session, such as KILL; null nearly always.</summary>
    public string? Signal { get; init; }

    /// <summary>Decoded as UTF-8, otherwise as it came.</summary>
    public string Stdout { get; init; } = "";

    public string Stderr { get; init; } = "";

    /// <summary>Bytes that came on stdout, kept or not.</summary>
    public long StdoutBytes { get; init; }

    /// <summary>True where the beginning of a long output was let go.</summary>
    public bool IsTruncated { get; init; }

    public TimeSpan Duration { get; init; }

    public bool TimedOut { get; init; }

    /// <summary>True where it was ended because it wrote nothing for too long.</summary>
    public bool WasSilent { get; init; }

    /// <summary>True where it could not be confirmed that everything the command started has ended.</summary>
    public bool MayStillRun { get; init; }

    /// <summary>
    /// True where the command ended before it was sent all its input. The library may have sent some of that behind the
    /// end of the channel, for which the server closes the connection.
    /// </summary>
    public bool LeftInput { get; init; }

    public required VastSshAddress AddressUsed { get; init; }

    /// <summary>The result as users see it: without escape sequences and the last line end.</summary>
    public VastCommandResult ToModel(long instanceId, string command) => new()
    {
        InstanceId = instanceId,
        Command = Redactor.Clean(command),
        ExitCode = ExitCode,
        Stdout = Shown(Stdout),
        Stderr = Shown(Stderr),
        IsTruncated = IsTruncated,
        Duration = Duration,
        TimedOut = TimedOut,
        MayStillRun = MayStillRun,
        Address = AddressUsed,
    };

    private static string Shown(string text) => Redactor.CleanKnown(TerminalText.Clean(text)).TrimEnd('\r', '\n');
}
