using System.Diagnostics;
using System.Security.Cryptography;

namespace VastPS.Bench;

/// <summary>One large file and many small ones, to a box and back, beside scp in the same run; and the memory that takes.</summary>
internal static class CopyReport
{
    private const int Rounds = 5;
    private const int LargeMiB = 1024;
    private const int WarmMiB = 128;
    private const int SmallFiles = 5000;
    private const int SmallBytes = 4096;
    private const double MostMB = 150;

    public static int Write(TextWriter to)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-copy-").FullName;
        try
        {
            using var vast = new LocalVast();
            using var shell = new BenchShell();
            using var ssh = new OpenSsh();
            VastInstance box = shell.Rent(1)[0];
            string large = Large(Path.Combine(folder, "large.bin"), LargeMiB);
            string many = Many(Path.Combine(folder, "many"));
            WarmUp(shell, box, Large(Path.Combine(folder, "warm.bin"), WarmMiB), folder);
            to.WriteLine("medians in ms; ours in an open runspace that has copied before and with hashes compared, scp as a process");
            var sides = new Sides(shell, ssh, box);
            bool met = Both(to, sides, large, "1 GiB", 1.0);
            return Both(to, sides, many, $"{SmallFiles} x {SmallBytes / 1024} KiB", 0.5) && met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The first bytes are moved while the code is still being compiled.
    private static void WarmUp(BenchShell shell, VastInstance box, string file, string folder) => shell.Run(
        "$box | Send-VastItem $file warm; $box | Receive-VastItem warm/warm.bin $folder/warm",
        ("box", box), ("file", file), ("folder", folder));

    private static bool Both(TextWriter to, Sides sides, string path, string what, double limit)
    {
        (BenchShell shell, OpenSsh ssh, VastInstance box) = sides;
        string name = Path.GetFileName(path);
        bool isFile = File.Exists(path);
        long before = Memory().WorkingSet;
        var up = new List<(double Ours, double Theirs)>();
        var down = new List<(double Ours, double Theirs)>();
        for (int round = 0; round < Rounds; round++)
        {
            // Trees get a new place each time: ext4 makes files slowly where many were just deleted.
            string ours = FormattableString.Invariant($"ours{round}"), theirs = FormattableString.Invariant($"theirs{round}");
            string here = Directory.CreateDirectory(path + ours).FullName, there = Directory.CreateDirectory(path + theirs).FullName;
            Shell("mkdir -p $ours $theirs");
            up.Add(InTurn(
                round,
                () => shell.Time(
                    "$box | Send-VastItem $path $ours -Recurse -AllowSecretPath", ("box", box), ("path", path), ("ours", ours)),
                () => ssh.TimeCopyTo(box, path, theirs + "/")));
            down.Add(InTurn(
                round,
                () => shell.Time(
                    "$box | Receive-VastItem \"$ours/$name\" $here -Recurse", ("box", box), ("name", name), ("ours", ours), ("here", here)),
                () => ssh.TimeCopyFrom(box, $"{theirs}/{name}", there)));
            if (isFile)
            {
                Shell("rm -rf $ours $theirs");
                Directory.Delete(here, recursive: true);
                Directory.Delete(there, recursive: true);
            }

            void Shell(string command) =>
                shell.Run($"$box | Invoke-VastCommand \"{command}\"", ("box", box), ("ours", ours), ("theirs", theirs));
        }

        bool met = Beside.Tell(to, $"{what} there: Send-VastItem / scp -r", Beside.Medians(up), limit);
        met &= Beside.Tell(to, $"{what} back: Receive-VastItem / scp -r", Beside.Medians(down), limit);
        return Beside.Tell(to, $"{what}: MB more at most than before / limit", ((Memory().Peak - before) / 1e6, MostMB), 1.0) && met;
    }

    // Whoever comes second finds the disk still busy with the first.
    private static (double Ours, double Theirs) InTurn(int round, Func<double> ours, Func<double> theirs)
    {
        if (round % 2 == 0)
        {
            return (ours(), theirs());
        }

        double first = theirs();
        return (ours(), first);
    }

    private static (long WorkingSet, long Peak) Memory()
    {
        using var self = Process.GetCurrentProcess();
        return (self.WorkingSet64, self.PeakWorkingSet64);
    }

    private static string Large(string path, int mib)
    {
        using FileStream file = File.Create(path);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < mib; i++)
        {
            RandomNumberGenerator.Fill(block);
            file.Write(block);
        }

        return path;
    }

    private static string Many(string folder)
    {
        for (int i = 0; i < SmallFiles; i++)
        {
            string inner = Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"d{i % 50:00}"))).FullName;
            File.WriteAllBytes(Path.Combine(inner, FormattableString.Invariant($"f{i:0000}")), RandomNumberGenerator.GetBytes(SmallBytes));
        }

        return folder;
    }

    private sealed record Sides(BenchShell Shell, OpenSsh Ssh, VastInstance Box);
}
