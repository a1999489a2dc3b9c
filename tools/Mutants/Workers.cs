using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mutants;

/// <summary>Processes that run quick tests about one mutant after the other: starting a program takes longer than most tests.</summary>
internal sealed class Workers(string folder) : IDisposable
{
    private readonly ConcurrentBag<Process> _idle = [];
    private readonly HashSet<string> _known = [];

    /// <summary>How many tests it knows.</summary>
    public int Count => _known.Count;

    /// <summary>True for tests that pass in a worker.</summary>
    public bool Knows(string test) => _known.Contains(test);

    /// <summary>Finds out which tests pass in a worker while no mutant is on.</summary>
    public async Task LearnAsync(IEnumerable<string> tests)
    {
        foreach (string test in tests)
        {
            if ((await AskOnceAsync(0, [test], TimeSpan.FromSeconds(30))).End == Worker.Passed)
            {
                _known.Add(test);
            }
        }
    }

    /// <summary>Asks tests about a mutant.</summary>
    public async Task<(TestEnd End, string Failed)> AskAsync(int mutant, string[] tests, TimeSpan limit)
    {
        (string end, string failed) = await AskOnceAsync(mutant, tests, limit);
        if (end == Worker.Spoiled)
        {
            // In a fresh process only this mutant can have spoiled anything.
            (end, failed) = await AskOnceAsync(mutant, tests, limit);
        }

        return (end == Worker.Passed ? TestEnd.Passed : end.Length == 0 ? TestEnd.TimedOut : TestEnd.Failed, failed);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out Process? worker))
        {
            End(worker);
        }
    }

    // Without an end where none came in time; a worker that breaks has failed.
    private async Task<(string End, string Failed)> AskOnceAsync(int mutant, string[] tests, TimeSpan limit)
    {
        Process worker = _idle.TryTake(out Process? idle) ? idle : Start();
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await worker.StandardInput.WriteLineAsync(
                FormattableString.Invariant($"{mutant}\t{string.Join('\t', tests)}").AsMemory(), patience.Token);
            await worker.StandardInput.FlushAsync(patience.Token);
            while (await worker.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(Worker.Sign, StringComparison.Ordinal))
                {
                    string[] answer = line[Worker.Sign.Length..].Split('\t');
                    if (answer[0] == Worker.Spoiled)
                    {
                        End(worker);
                    }
                    else
                    {
                        _idle.Add(worker);
                    }

                    return (answer[0], answer[1]);
                }
            }

            End(worker);
            return (Worker.Failed, "");
        }
        catch (OperationCanceledException)
        {
            End(worker);
            return ("", "");
        }
        catch (IOException)
        {
            End(worker);
            return (Worker.Failed, "");
        }
    }

    private Process Start()
    {
        string Of(string name) => Path.Combine(folder, name);
        var start = new ProcessStartInfo("dotnet", [
            "exec", "--depsfile", Of("VastPS.Tests.deps.json"), "--runtimeconfig", Of("VastPS.Tests.runtimeconfig.json"),
            Of("Mutants.dll"), "worker"
        ]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        TestProgram.Prepare(start);
        Process worker = Process.Start(start)!;
        worker.ErrorDataReceived += (_, _) => { };
        worker.BeginErrorReadLine();
        return worker;
    }

    private static void End(Process worker)
    {
        worker.Kill(entireProcessTree: true);
        worker.Dispose();
    }
}
