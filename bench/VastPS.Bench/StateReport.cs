using System.Diagnostics;
using System.Globalization;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;

namespace VastPS.Bench;

/// <summary>
/// What commands take with 100 and with 100,000 lines in each file of the state folder, in one run, against a Vast in a process of its
/// own. Two kinds of large files: one that was updated often, as many lines about few things, and one in which every line counts.
/// </summary>
internal static class StateReport
{
    private const int Few = 100;
    private const int Many = 100_000;
    private const int Rounds = 20;
    private const int FirstRounds = 5;
    private const double Limit = 3;

    // For each what is measured, and whether it writes one object for each line that counts: then it is shown and not judged there.
    private static readonly (string Script, bool WritesAll)[] s_commands =
    [
        ("Get-VastInstance", false),
        ("Get-VastInstance -InstanceId $box.InstanceId", false),
        ("Get-VastCost -InstanceId $box.InstanceId", false),
        ("Get-VastCost", true),
        ("Get-VastRun -Name bench-7", false),
        ("Get-VastRun -InstanceId $box.InstanceId", false),
        ("Get-VastRun", true),
        ("$box | Measure-VastRun $work", false),
        ("$box | Start-VastRun 'true' -MaxRuntime 10m -WhatIf -Force", false),
        ("$box | Start-VastRun 'true' -MaxRuntime 10m -Force", false),
        ("$box | Invoke-VastCommand true", false),
    ];

    // The first command of a process reads each file once. It is timed in processes of their own: there a user meets it, with all that
    // a first command takes besides.
    private static readonly string[] s_firstCommands =
        ["Get-VastInstance", "Get-VastCost -InstanceId {0}", "Get-VastRun -Name bench-7", "Get-VastRun -InstanceId {0}"];

    /// <summary>The word by which this program runs one command and tells the milliseconds that it took.</summary>
    public const string FirstVerb = "state-first";

    /// <summary>Is that process.</summary>
    public static int WriteFirst(TextWriter to, string script)
    {
        using var shell = new BenchShell();
        to.WriteLine(shell.Time("$null = " + script).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    public static int Write(TextWriter to)
    {
        using var vast = new LocalVast();
        string root = Directory.CreateTempSubdirectory("vastps-bench-state-").FullName;
        try
        {
            return Write(to, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static int Write(TextWriter to, string root)
    {
        (string Name, string Folder)[] stores =
        [
            ("few", Path.Combine(root, "few")), ("updated", Path.Combine(root, "updated")), ("living", Path.Combine(root, "living")),
        ];
        (double[] First, double[] Best)[] times =
            [.. stores.Select(s => Measure(s.Folder, s.Name == "few" ? Few : Many, s.Name == "living" ? Many : Few))];
        to.WriteLine(
            $"{Few} lines in each file; {Many:N0} lines about {Few} things; {Many:N0} lines that all count. Best of {Rounds} rounds.");
        bool met = Table(to, [.. times.Select(t => t.Best)], [
            .. s_commands, .. Stores.Select(s => (s.Name, false)),
        ]);
        to.WriteLine($"The same as the first command of a process, best of {FirstRounds}.");
        return Table(to, [.. times.Select(t => t.First)], [.. s_firstCommands.Select(c => (c, false))]) && met ? 0 : 1;
    }

    private static bool Table(TextWriter to, double[][] ms, (string Script, bool WritesAll)[] rows)
    {
        to.WriteLine($"  {"ms",-62}{"few",8}{"updated",9}{"ratio",7}{"living",9}{"ratio",7}");
        bool met = true;
        for (int i = 0; i < rows.Length; i++)
        {
            (string script, bool writesAll) = rows[i];
            (double updated, double living) = (ms[1][i] / ms[0][i], ms[2][i] / ms[0][i]);
            bool missed = updated > Limit || (living > Limit && !writesAll);
            met &= !missed;
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {script,-62}{ms[0][i],8:0.00}{ms[1][i],9:0.00}{updated,7:0.0}{ms[2][i],9:0.00}{living,7:0.0}"
                + $"{(missed ? $"  MISSED {Limit}" : writesAll ? "  writes an object for each" : "")}"));
        }

        return met;
    }

    // A box of its own: one that has many runs answers later.
    private static (double[] First, double[] Best) Measure(string folder, int lines, int things)
    {
        Environment.SetEnvironmentVariable("VASTPS_STATE", folder);
        VastInstance box;
        using (var renting = new BenchShell())
        {
            box = renting.Rent(1)[0];
        }

        StateLinesMaker.Write(folder, lines, things, box);
        double[] first = [.. s_firstCommands.Select(c => First(string.Format(CultureInfo.InvariantCulture, c, box.InstanceId)))];
        using var shell = new BenchShell();
        shell.Run("$work = New-VastWorkload Qwen2.5-7B LoRA -BatchSize 1 -Steps 100");
        double[] commands = [.. s_commands.Select(c => Best(() => shell.Run("$null = " + c.Script, ("box", box))))];
        double[] notes = [.. Stores.Select(s => Best(s.Note))];
        shell.Run("$box | Remove-VastInstance -Confirm:$false", ("box", box));
        return (first, [.. commands, .. notes]);
    }

    private static double First(string script) => Enumerable.Range(0, FirstRounds).Min(_ =>
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [FirstVerb, script]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(answer, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{script} failed.");
    });

    private static double Best(Action what) => Enumerable.Range(0, Rounds + 1).Select(_ =>
    {
        long begin = Stopwatch.GetTimestamp();
        what();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }).Skip(1).Min();

    // What commands note, without the network around it.
    private static (string Name, Action Note)[] Stores
    {
        get
        {
            var runs = new RunStore(TimeProvider.System);
            var rentals = new RentalStore(TimeProvider.System);
            var evidence = new EvidenceStore(TimeProvider.System, new WorkloadConverter());
            var keys = new HostKeyStore(null, TimeProvider.System);
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            return
            [
                ("a run is noted", () => runs.OpenAsync("bench", StateLinesMaker.Run(NewId(), 1, now), default).Wait()),
                ("a rental is noted", () => rentals.OpenAsync(
                    "bench", new Rental(Random.Shared.NextInt64(1, long.MaxValue), "train", 1, 0.1m, null, []), default).Wait()),
                ("evidence is noted", () =>
                    evidence.NoteAsync("bench", 7, new Evidence(EvidenceKind.Checks, true, now, "ok"), default).Wait()),
                ("a host key is met", () => keys.MeetAsync("bench/" + NewId(), new HostKey("ssh-ed25519", "SHA256:x"), default).Wait()),
            ];
        }
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
