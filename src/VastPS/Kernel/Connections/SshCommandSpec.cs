namespace VastPS.Kernel.Connections;

/// <summary>A command to run on a box.</summary>
internal sealed class SshCommandSpec(string command)
{
    /// <summary>Shell text.</summary>
    public string Command { get; } = command;

    /// <summary>True runs it in the user's login shell, as ssh does; false in sh, for scripts of our own.</summary>
    public bool InLoginShell { get; init; }

    /// <summary>What the command reads; null gives it an empty stdin. Read to its end, not disposed.</summary>
    public Stream? Input { get; init; }

    /// <summary>Variables for the command. They travel through stdin: in no file and no command line of the box.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may run; null for as long as it likes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long it may write nothing; null for as long as it likes.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// After so long without output the box is asked for a sign of life, and has as long again to give it; null asks never.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long TERM is given before KILL.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Called for each line of stdout as it comes, safe to show. Lines of one stream come in order.</summary>
    public Action<string>? OnStdoutLine { get; init; }

    /// <summary>The same for stderr; called from another thread.</summary>
    public Action<string>? OnStderrLine { get; init; }

    /// <summary>
    /// Takes stdout as bytes, instead of text and lines; null to have it as text. Written to by another thread, not disposed.
    /// </summary>
    public Stream? Output { get; init; }

    /// <summary>How many characters of each stream the result keeps: the last ones.</summary>
    public int KeepChars { get; init; } = 16 * 1024 * 1024;
}
