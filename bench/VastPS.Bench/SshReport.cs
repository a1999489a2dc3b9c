using System.Globalization;

namespace VastPS.Bench;

/// <summary>
/// Commands on boxes beside the same with the system's ssh, in one run against the same sshd processes; and how soon a stop is back.
/// </summary>
internal static class SshReport
{
    private const int Boxes = 16;
    private const int WarmRounds = 60;
    private const int ManyRounds = 7;
    private const int StopRounds = 7;
    private const double PromisedStop = 1000;

    // Far more than is copied until the stop.
    private const long LargeBytes = 16L << 30;

    private static readonly TimeSpan s_underWay = TimeSpan.FromSeconds(1.5);

    public static int Write(TextWriter to)
    {
        using var vast = new LocalVast();
        using var shell = new BenchShell();
        using var ssh = new OpenSsh();
        VastInstance[] boxes = shell.Rent(Boxes);
        to.WriteLine($"medians in ms; ours in an open runspace, ssh as a process");
        bool met = Warm(to, shell, ssh, boxes[0]);
        met &= Many(to, shell, ssh, boxes);
        met &= Stops(to, shell, boxes[0]);
        return met ? 0 : 1;
    }

    private static bool Warm(TextWriter to, BenchShell shell, OpenSsh ssh, VastInstance box)
    {
        const string Ours = "$box | Invoke-VastCommand true";
        ssh.OpenMaster(box);
        shell.Run($"foreach ($i in 1..{WarmRounds}) {{ {Ours} }}", ("box", box));
        ssh.TimeShared(box, "true");
        var figures = Compare(WarmRounds, () => shell.Time(Ours), () => ssh.TimeShared(box, "true"));
        return Beside.Tell(to, "warm: Invoke-VastCommand true / ssh -S master true", figures, 1.0);
    }

    // Cold and warm alike against cold: xargs has no warm connections unless somebody configures them.
    private static bool Many(TextWriter to, BenchShell shell, OpenSsh ssh, VastInstance[] boxes)
    {
        const string Ours = "Invoke-VastCommand true -InstanceId $ids";
        const string Close = "$all | New-VastSession | Remove-VastSession";
        (string, object)[] variables = [("ids", boxes.Select(b => b.InstanceId).ToArray()), ("all", boxes)];
        shell.Run(Close, variables);
        shell.Run(Ours);
        ssh.TimeEach(boxes, "true");
        var cold = Compare(ManyRounds, () => Cold(() => shell.Time(Ours)), () => ssh.TimeEach(boxes, "true"));
        shell.Run(Ours);
        var warm = Compare(ManyRounds, () => shell.Time(Ours), () => ssh.TimeEach(boxes, "true"));
        Beside.Tell(to, $"{boxes.Length} boxes, ours cold / xargs -P{boxes.Length} ssh (cold)", cold, double.NaN);
        return Beside.Tell(to, $"{boxes.Length} boxes, ours warm / xargs -P{boxes.Length} ssh (cold)", warm, 0.5);

        double Cold(Func<double> measure)
        {
            shell.Run(Close);
            return measure();
        }
    }

    private static bool Stops(TextWriter to, BenchShell shell, VastInstance box)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-stops-").FullName;
        try
        {
            return Stops(to, shell, box, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Stops(TextWriter to, BenchShell shell, VastInstance box, string folder)
    {
        string large = Path.Combine(folder, "large");
        using (FileStream file = File.Create(large))
        {
            file.SetLength(LargeBytes);
        }

        shell.Run("$box | Invoke-VastCommand \"truncate -s $bytes large\"", ("box", box), ("bytes", LargeBytes));
        VastRun run = (VastRun)shell.Run("$box | Start-VastRun 'sleep 36005' -MaxRuntime 4h -Force -Name bench", ("box", box))[0];
        (string What, string Script, Func<Func<bool>> Begin)[] lines =
        [
            ("Invoke-VastCommand", "$box | Invoke-VastCommand 'sleep 36006'", () => () => Running("sleep 36006")),
            ("Invoke-VastSmokeTest", "$box | Invoke-VastSmokeTest 'sleep 36007'", () => () => Running("sleep 36007")),
            ("Send-VastItem", "$box | Send-VastItem $large sent", After),
            ("Receive-VastItem", "$box | Receive-VastItem large $folder/received", After),
            ("Test-VastBandwidth", "$box | Test-VastBandwidth", After),
            ("Wait-VastInstance", "$box | Wait-VastInstance -State Stopped", After),
            ("Wait-VastRun", "$run | Wait-VastRun", After),
            ("Receive-VastRunLog", "$run | Receive-VastRunLog -Follow", After),
        ];
        bool met = true;
        foreach ((string what, string script, Func<Func<bool>> begin) in lines)
        {
            double[] took = [.. Enumerable.Range(0, StopRounds)
                .Select(_ => shell.TimeStop(script, begin(), ("box", box), ("run", run), ("large", large), ("folder", folder)))];
            double worst = took.Max();
            met &= worst <= PromisedStop;
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {"stop of " + what + ": median, worst / promised second",-58}{Beside.Median(took),9:0.0}{worst,10:0.0}{worst / PromisedStop,8:0.00}{(worst > PromisedStop ? "   MISSED" : "")}"));
        }

        shell.Run("$run | Stop-VastRun -Grace 0s", ("run", run));
        return met;
    }

    // In turn, so that what else the computer does meets both.
    private static (double Ours, double Theirs) Compare(int rounds, Func<double> ours, Func<double> theirs)
    {
        var each = new List<(double Ours, double Theirs)>();
        for (int round = 0; round < rounds; round++)
        {
            each.Add((ours(), theirs()));
        }

        return Beside.Medians(each);
    }

    private static bool Running(string command) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ').Trim() == command;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    // Commands that only look have nothing that could be seen from outside: they are given the time to begin.
    private static Func<bool> After()
    {
        long begin = TimeProvider.System.GetTimestamp();
        return () => TimeProvider.System.GetElapsedTime(begin) > s_underWay;
    }
}
