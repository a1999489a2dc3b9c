using System.Diagnostics;

namespace VastPS.Kernel.Local;

/// <summary>What git said, on this computer.</summary>
internal sealed record GitResult(int ExitCode, string Stdout, string Stderr);

/// <summary>The user's own git, with the user's own settings and keys. It asks nothing at the terminal.</summary>
internal static class LocalGit
{
    private const string ExecutableName = "git";

    // Set where VastPS runs inside a hook of git; they would lead to another repository.
    private static readonly string[] s_misleading =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"];

    /// <summary>Runs git to its end, with a text for it to read; a stop ends it with all it started. Throws LocalGitMissing.</summary>
    public static async Task<GitResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken stop, string input = "")
    {
        stop.ThrowIfCancellationRequested();
        using Process git = LocalProgram.Start(ExecutableName, arguments, Shape, VastReason.LocalGitMissing);
        try
        {
            await WriteAsync(git, input, stop);
            Task<string> stdout = git.StandardOutput.ReadToEndAsync(stop);
            Task<string> stderr = git.StandardError.ReadToEndAsync(stop);
            await git.WaitForExitAsync(stop);
            return new GitResult(git.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(Process git, string input, CancellationToken stop)
    {
        try
        {
            await git.StandardInput.WriteAsync(input.AsMemory(), stop);
            git.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, and says why.
        }
    }

    private static void Shape(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (string name in s_misleading)
        {
            start.Environment.Remove(name);
        }
    }
}
