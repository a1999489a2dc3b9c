using System.Diagnostics;

namespace VastPS.Bench;

/// <summary>
/// A local Vast in a process of its own, so that none of its work and memory is measured as ours. It ends with its stdin.
/// </summary>
internal sealed class LocalVast : IDisposable
{
    /// <summary>The word by which this program is that process.</summary>
    public const string Verb = "local-vast";

    private const string Start = "Start-VastSimulator -BootTime 200ms -WarningAction Ignore";

    private readonly Process _process;

    /// <summary>Starts it and points this process at it.</summary>
    /// <param name="before">Words that run a command in another place, as "sudo".</param>
    public LocalVast(params string[] before)
    {
        string[] words = [.. before, Environment.ProcessPath!, Verb];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Its threads that wait for work must not take the processors from what is measured.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        _process = Process.Start(start)!;
        while (_process.StandardOutput.ReadLine() is { Length: > 0 } line)
        {
            string[] pair = line.Split('=', 2);
            Environment.SetEnvironmentVariable(pair[0], pair[1]);
        }
    }

    /// <summary>Is that process: tells where it listens, a variable a line, and waits for the end of its stdin.</summary>
    public static int Serve(TextReader from, TextWriter to)
    {
        using var shell = new BenchShell();
        shell.Run(Start);
        foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(n => n.StartsWith("VAST", StringComparison.Ordinal)))
        {
            to.WriteLine($"{name}={Environment.GetEnvironmentVariable(name)}");
        }

        to.WriteLine();
        to.Flush();
        from.ReadToEnd();
        shell.Run("Stop-VastSimulator");
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
