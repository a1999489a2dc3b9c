using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using VastPS.Commands;
using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>Ten thousand offers through the two estimating commands, in a real pipeline, beside one that does nothing.</summary>
internal static class SpeedReport
{
    private const int Offers = 10_000;
    private const int Rounds = 5;

    // What the commands must not exceed, in seconds.
    private static readonly (string Script, double Limit)[] s_lines =
    [
        ("$offers | ForEach-Object { $_ }", double.NaN),
        ("$offers | Test-VastRunFit $work", 1),
        ("$offers | Measure-VastRun $work", 2),
        ("$offers | Measure-VastRun $work -First 10", 2),
    ];

    public static int Write(TextWriter to)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Test-VastRunFit", typeof(TestVastRunFitCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("Measure-VastRun", typeof(MeasureVastRunCommand), null));
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        runspace.SessionStateProxy.SetVariable("offers", Make());
        runspace.SessionStateProxy.SetVariable("work", Work());

        bool met = true;
        double nothing = 0;
        to.WriteLine($"{Offers:N0} offers, best of {Rounds} rounds");
        foreach ((string script, double limit) in s_lines)
        {
            (double seconds, double live) = Best(runspace, script);
            nothing = nothing == 0 ? seconds : nothing;
            met &= !(seconds > limit);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {script,-44}{seconds,8:0.000} s{seconds / nothing,7:0.0} x   live after it {live,6:0.0} "
                + $"MB{(double.IsNaN(limit) ? "" : seconds > limit ? $"   MISSED {limit} s" : $"   within {limit} s")}"));
        }

        return met ? 0 : 1;
    }

    // Nothing is kept of the output: what is alive afterwards is what the commands hold.
    private static (double Seconds, double LiveMB) Best(Runspace runspace, string script)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            using PowerShell shell = PowerShell.Create(runspace);
            shell.AddScript($"$null = {script}");
            var watch = Stopwatch.StartNew();
            shell.Invoke();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            if (shell.HadErrors)
            {
                throw new InvalidOperationException(shell.Streams.Error[0].ToString());
            }
        }

        return (best, GC.GetTotalMemory(forceFullCollection: true) / 1e6);
    }

    private static VastWorkload Work()
    {
        var draft = new WorkloadDraft { Method = VastRunMethod.QLoRA, BatchSize = 4, SequenceLength = 2048, Steps = 3000, DatasetGB = 2 };
        CatalogueEntry model = ModelCatalogue.Find("Qwen/Qwen2.5-7B");
        draft.Take(model.Name, model.Card);
        return draft.Build();
    }

    // Every card of the table in machines of 1 to 8, so that some fit, some are tight and many need advice.
    private static VastOffer[] Make()
    {
        GpuSpeed[] cards = [.. GpuTable.All];
        return
        [
            .. Enumerable.Range(0, Offers).Select(i => new VastOffer
            {
                OfferId = i + 1,
                MachineId = i / 4,
                GpuName = cards[i % cards.Length].Name,
                GpuCount = 1 << (i % 4),
                VramGiB = cards[i % cards.Length].VramMiB / 1024.0,
                UsableRamGiB = 16 << (i % 6),
                DiskGB = 8,
                AvailableDiskGB = 40 + (i % 500),
                GpuPricePerHour = 0.10m + (i % 97 * 0.01m),
                PricePerHour = 0.11m + (i % 97 * 0.01m),
                DiskPricePerGBMonth = 0.15m,
                DownMbps = 50 + (i % 1000),
                UpMbps = 50 + (i % 500),
                DownPricePerGB = 0.002m,
                UpPricePerGB = 0.003m,
            }),
        ];
    }
}
