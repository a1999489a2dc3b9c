using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mutants;

/// <summary>How a run of tests ended.</summary>
internal enum TestEnd
{
    Passed,
    Failed,
    TimedOut,
}

/// <summary>The test program beside the mutated module.</summary>
internal sealed partial class TestProgram(string folder, string through)
{
    // As long as another program may hold a lock that ours is started through.
    private static readonly TimeSpan s_queue = TimeSpan.FromMinutes(15);

    private int _runs;

    /// <summary>Runs some tests, in a folder for temporary files that goes with them.</summary>
    /// <param name="arguments">Which tests.</param>
    /// <param name="limit">After it they are ended.</param>
    /// <param name="isLong">True for tests with servers, which may wait until others have ended theirs.</param>
    /// <param name="variables">For the program.</param>
    /// <returns>How they ended, and the methods that failed.</returns>
    public async Task<(TestEnd End, string[] Failed)> RunAsync(
        IEnumerable<string> arguments, TimeSpan limit, bool isLong, params (string Name, string Value)[] variables)
    {
        // Short: sockets live there, and their paths may not be long.
        string temporary = Path.Combine(
            Path.GetTempPath(), FormattableString.Invariant($"mu{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}"));
        Directory.CreateDirectory(temporary);
        bool isQueued = through.Length > 0 && isLong;
        string[] command = [
            .. isQueued ? [through] : Array.Empty<string>(),
            "dotnet", Path.Combine(folder, "VastPS.Tests.dll"), "--no-progress", "--no-ansi", "--parallel", "none", .. arguments
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Prepare(start);
        start.Environment["TMPDIR"] = temporary;
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            using var patience = new CancellationTokenSource(isQueued ? limit + s_queue : limit);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return (TestEnd.TimedOut, []);
            }

            string said = await output + await errors;
            return process.ExitCode == 0
                ? (TestEnd.Passed, [])
                : (TestEnd.Failed, [.. Failure().Matches(said).Select(m => m.Groups[1].Value).Distinct()]);
        }
        finally
        {
            await RemoveAsync(temporary);
        }
    }

    /// <summary>What every process with tests in it is started with.</summary>
    public static void Prepare(ProcessStartInfo start)
    {
        start.Environment.Remove("PSModulePath");

        // A mutant that collects without an end shall not take the whole memory.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
    }

    // What was killed may write for another moment.
    private static async Task RemoveAsync(string folder)
    {
        for (int turn = 0; turn < 5; turn++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    [GeneratedRegex(@"^failed ([\w.+]+)", RegexOptions.Multiline)]
    private static partial Regex Failure();
}
