using System.ComponentModel;
using System.Diagnostics;

namespace VastPS.Kernel.Local;

/// <summary>What git said, on this computer.</summary>
internal sealed record GitSaid(int ExitCode, string Stdout, string Stderr);

/// <summary>The user's own git, with the user's own settings and keys. It asks nothing at the terminal.</summary>
internal static class LocalGit
{
    private const string ExecutableName = "git";

    // Set where VastPS runs inside a hook of git; they would lead to another repository.
    private static readonly string[] s_misleading = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];

    /// <summary>Runs git to its end; a stop ends it with all it started. Throws LocalGitMissing.</summary>
    public static async Task<GitSaid> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(ExecutableName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (string name in s_misleading)
        {
            start.Environment.Remove(name);
        }

        using Process git = Begin(start);
        try
        {
            git.StandardInput.Close();
            Task<string> stdout = git.StandardOutput.ReadToEndAsync(stop);
            Task<string> stderr = git.StandardError.ReadToEndAsync(stop);
            await git.WaitForExitAsync(stop);
            return new GitSaid(git.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw VastException.Because(e, VastReason.LocalGitMissing, ExecutableName, e.Message.TrimEnd('.'));
        }
    }
}
