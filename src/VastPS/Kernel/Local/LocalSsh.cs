using System.Diagnostics;

namespace VastPS.Kernel.Local;

/// <summary>The system's own ssh, at the terminal of this process: whoever sits there types into it.</summary>
/// <param name="program">Its name, or its path.</param>
internal sealed class LocalSsh(string program = "ssh")
{
    /// <summary>ssh's own failures: no connection, no login, a lost link.</summary>
    public const int Failed = 255;

    /// <summary>Runs it to its end and returns its exit code; a stop ends it. Throws LocalSshMissing.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using Process ssh = LocalProgram.Start(program, arguments, _ => { }, VastReason.LocalSshMissing);
        try
        {
            await ssh.WaitForExitAsync(stop);
            return ssh.ExitCode;
        }
        catch (OperationCanceledException)
        {
            ssh.Kill(entireProcessTree: true);
            throw;
        }
    }
}
