using System.Diagnostics;
using System.Security.Cryptography;

namespace VastPS.Bench;

/// <summary>
/// Commands and files on a box that is 100 ms away, beside ssh and scp in the same run: what round trips and windows cost.
/// </summary>
internal static class FarReport
{
    /// <summary>The word by which this program is the near end of the line.</summary>
    public const string Verb = "far-near";

    private const int Rounds = 3;
    private const int LargeMiB = 32;
    private const int SmallFiles = 30;
    private const int Boxes = 16;
    private static readonly TimeSpan s_oneWay = TimeSpan.FromMilliseconds(50);

    public static int Write(TextWriter to)
    {
        if (FarLink.Fault is { } fault)
        {
            to.WriteLine($"Not measured: {fault}.");
            return 2;
        }

        using var line = new FarLink(s_oneWay);
        using Process near = Process.Start("ip", ["netns", "exec", line.Near, Environment.ProcessPath!, Verb, line.Far]);
        near.WaitForExit();
        return near.ExitCode;
    }

    /// <summary>Measures from the near end; the local Vast runs at the far one.</summary>
    public static int WriteFrom(TextWriter to, string far)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-far-").FullName;
        try
        {
            using var vast = new LocalVast("ip", "netns", "exec", far);
            using var shell = new BenchShell();
            using var ssh = new OpenSsh();
            VastInstance[] boxes = shell.Rent(Boxes);
            VastInstance box = boxes[0];
            string large = Random(Path.Combine(folder, "large"), LargeMiB << 20);
            string small = Random(Path.Combine(folder, "small"), 100);
            string many = Directory.CreateDirectory(Path.Combine(folder, "many")).FullName;
            Enumerable.Range(0, SmallFiles).ToList().ForEach(i => Random(Path.Combine(many, $"f{i}"), 4096));
            ssh.OpenMaster(box);
            shell.Run("$box | Invoke-VastCommand true", ("box", box));
            to.WriteLine(
                "medians in ms; ours in an open runspace with an open connection where not said otherwise, ssh and scp as processes");
            bool met = Tell(to, "command / ssh over a shared connection", 1.1, _ => (
                shell.Time("$box | Invoke-VastCommand true", ("box", box)),
                ssh.TimeShared(box, "true")));
            met &= Tell(to, "command on a new connection / ssh", 1.0, _ => (TimeNew(shell, [box]), ssh.TimeEach([box], "true")));
            met &= Tell(
                to,
                $"{Boxes} boxes on new connections / xargs -P{Boxes} ssh",
                1.0,
                _ => (TimeNew(shell, boxes), ssh.TimeEach(boxes, "true")));
            met &= Tell(to, $"{Boxes} boxes on open connections / xargs -P{Boxes} ssh", 0.5, _ => (
                shell.Time("Invoke-VastCommand true -InstanceId $ids", ("ids", Ids(boxes))),
                ssh.TimeEach(boxes, "true")));
            foreach ((string what, string path, double limit) in new[]
            {
                ("100 bytes", small, 1.0), ($"{LargeMiB} MiB", large, 1.0), ($"{SmallFiles} x 4 KiB", many, 0.5),
            })
            {
                string name = Path.GetFileName(path);
                met &= Tell(to, $"{what} there: Send-VastItem / scp -r", limit, i => (
                    shell.Time("$box | Send-VastItem $path ours$i -Recurse", ("box", box), ("path", path), ("i", i)),
                    ssh.TimeCopyTo(box, path, $"theirs-{name}{i}")));
                met &= Tell(to, $"{what} back: Receive-VastItem / scp -r", limit, i => (
                    shell.Time(
                        "$box | Receive-VastItem ours$i/$name $here -Recurse",
                        ("box", box),
                        ("name", name),
                        ("here", $"{folder}/ours{i}"),
                        ("i", i)),
                    ssh.TimeCopyFrom(box, $"theirs-{name}{i}", $"{folder}/theirs-{name}{i}")));
            }

            return met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double TimeNew(BenchShell shell, VastInstance[] boxes)
    {
        shell.Run("$boxes | New-VastSession | Remove-VastSession", ("boxes", boxes));
        return shell.Time("Invoke-VastCommand true -InstanceId $ids", ("ids", Ids(boxes)));
    }

    private static long[] Ids(VastInstance[] boxes) => [.. boxes.Select(b => b.InstanceId)];

    private static bool Tell(TextWriter to, string what, double limit, Func<int, (double Ours, double Theirs)> measure) =>
        Beside.Tell(to, what, Beside.Medians([.. Enumerable.Range(0, Rounds).Select(measure)]), limit);

    private static string Random(string path, int bytes)
    {
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(bytes));
        return path;
    }
}
