namespace VastPS.Kernel.Connections;

/// <summary>The way to a box.</summary>
internal interface ISshDoor
{
    /// <summary>
    /// Connects and logs in, direct first, then by the proxy. When no address works the error says for each what
    /// happened; a changed host key ends the attempt at once. A stop returns within milliseconds.
    /// </summary>
    Task<ISshLink> ConnectAsync(SshTarget target, CancellationToken stop);
}

/// <summary>One connection to a box, for any number of commands, also at the same time.</summary>
internal interface ISshLink : IAsyncDisposable
{
    /// <summary>The address that answered.</summary>
    VastSshAddress Address { get; }

    /// <summary>False once the connection is known to be broken or was closed.</summary>
    bool IsOpen { get; }

    /// <summary>Asks the box for a sign of life; false where none came in time, or at a stop.</summary>
    Task<bool> AnswersAsync(TimeSpan limit, CancellationToken stop);

    /// <summary>
    /// Runs a command in a session of its own. A timeout is a result, not an error. After a timeout, a stop or the loss
    /// of the link everything that the command started in its session is ended, over a second channel or, where that
    /// fails, a new connection. A stop returns within a second; ending goes on behind it, and DisposeAsync waits for it,
    /// for five seconds at most. What left the session on purpose (setsid, daemons) is left alone.
    /// </summary>
    Task<SshResult> RunAsync(SshCommandSpec spec, CancellationToken stop);
}
