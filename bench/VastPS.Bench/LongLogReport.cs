using System.Diagnostics;
using System.Globalization;

namespace VastPS.Bench;

/// <summary>A run that writes a log of 5 GB to its box: how long after its end the outcome is here, and what the watcher takes.</summary>
internal static class LongLogReport
{
    private const int Pieces = 100;
    private const double MostSeconds = 30;
    private const double MostMB = 200;
    private const double MostLookSeconds = 0.15;
    private const int Looks = 20;

    // A piece of 50 MB, again and again, and what a training says last.
    private const string Piece =
        "i=0; while [ $i -lt 1000 ]; do echo \"step $i loss 2.31 grad_norm 0.9 lr 1e-4\"; i=$((i+1)); done > k; "
        + "i=0; while [ $i -lt 1400 ]; do cat k; i=$((i+1)); done > piece";

    public static int Write(TextWriter to)
    {
        using var vast = new LocalVast();
        using var shell = new BenchShell();
        using var process = Process.GetCurrentProcess();
        VastInstance box = shell.Rent(1)[0];
        try
        {
            shell.Run($"$null = $box | Invoke-VastCommand '{Piece}'", ("box", box));
            var run = (VastRun)shell.Run(
                $"$box | Start-VastRun 'for i in $(seq {Pieces}); do cat piece; done; echo step 3000 loss 1.5' -MaxRuntime 1h -Force",
                ("box", box))[0];
            var ended = (VastRun)shell.Run("$run | Wait-VastRun -WarningAction Ignore", ("run", run))[0];
            double late = (TimeProvider.System.GetUtcNow() - ended.EndedAt!.Value).TotalSeconds;
            process.Refresh();
            double peak = process.PeakWorkingSet64 / 1e6;

            shell.Run(
                "$null = $box | Start-VastRun 'while sleep 1; do echo step 1 loss 2; done' -Name going -MaxRuntime 1h -Force", ("box", box));
            shell.Run("$null = Get-VastRun going");
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            for (int i = 0; i < Looks; i++)
            {
                shell.Run("$null = Get-VastRun going");
            }

            process.Refresh();
            double look = (process.TotalProcessorTime - before).TotalSeconds / Looks;
            bool met = late <= MostSeconds && peak <= MostMB && look <= MostLookSeconds && ended.Outcome == VastRunOutcome.Completed;
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"A log of {ended.LogBytes / 1e9:0.0} GB in {ended.Duration.TotalSeconds:0} s: {ended.Outcome} {late:0.0} s after the end, "
                + $"the watching process took at most {peak:0} MB, a look {look:0.000} s of a processor: {(met ? "met" : "MISSED")}"));
            return met ? 0 : 1;
        }
        finally
        {
            shell.Run("$box | Remove-VastInstance -Force -Confirm:$false", ("box", box));
        }
    }
}
