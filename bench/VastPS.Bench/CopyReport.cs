using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace VastPS.Bench;

/// <summary>One large file and many small ones, to a box and back, beside scp in the same run; and the memory that takes.</summary>
internal static class CopyReport
{
    private const int Rounds = 3;
    private const int LargeMiB = 1024;
    private const int SmallFiles = 5000;
    private const int SmallBytes = 4096;

    public static int Write(TextWriter to)
    {
        string folder = Directory.CreateTempSubdirectory("vastps-copy-").FullName;
        try
        {
            using var shell = new BenchShell();
            using var ssh = new OpenSsh();
            VastInstance box = shell.Rent(1)[0];
            string large = Large(Path.Combine(folder, "large.bin"));
            string many = Many(Path.Combine(folder, "many"));
            long before = Process.GetCurrentProcess().WorkingSet64;
            to.WriteLine("medians in ms; ours in an open runspace and with hashes compared, scp as a process");
            bool met = Both(to, shell, ssh, box, large, "1 GiB", 1.0);
            long peak = Process.GetCurrentProcess().PeakWorkingSet64;
            met &= Both(to, shell, ssh, box, many, $"{SmallFiles} x {SmallBytes / 1024} KiB", 0.5);
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  memory of this process with its runspace, local Vast and relay: {before / 1e6:0} MB before, {peak / 1e6:0} MB at most in 1 GiB, {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB at most"));
            return met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Both(TextWriter to, BenchShell shell, OpenSsh ssh, VastInstance box, string path, string what, double limit)
    {
        string name = Path.GetFileName(path);
        string back = Path.Combine(Path.GetDirectoryName(path)!, "back");
        var up = new List<(double Ours, double Theirs)>();
        var down = new List<(double Ours, double Theirs)>();
        for (int round = 0; round < Rounds; round++)
        {
            shell.Run("$box | Invoke-VastCommand 'rm -rf ours theirs; mkdir ours theirs'", ("box", box));
            Directory.CreateDirectory(back);
            up.Add((shell.Time("$box | Send-VastItem $path ours -Recurse -AllowSecretPath", ("box", box), ("path", path)), ssh.TimeCopyTo(box, path, "theirs/")));
            double ours = shell.Time("$box | Receive-VastItem \"ours/$name\" $back -Recurse", ("box", box), ("name", name), ("back", back));
            Directory.Delete(back, recursive: true);
            Directory.CreateDirectory(back);
            down.Add((ours, ssh.TimeCopyFrom(box, "theirs/" + name, back)));
            Directory.Delete(back, recursive: true);
        }

        bool met = Tell(to, $"{what} there: Send-VastItem / scp -r", up, limit);
        return Tell(to, $"{what} back: Receive-VastItem / scp -r", down, limit) && met;
    }

    private static bool Tell(TextWriter to, string what, List<(double Ours, double Theirs)> each, double limit)
    {
        double ours = each.Select(e => e.Ours).Order().ElementAt(each.Count / 2);
        double theirs = each.Select(e => e.Theirs).Order().ElementAt(each.Count / 2);
        bool met = ours / theirs <= limit;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-58}{ours,9:0}{theirs,10:0}{ours / theirs,8:0.00}   {(met ? "within" : "MISSED")} {limit:0.0}"));
        return met;
    }

    private static string Large(string path)
    {
        using FileStream file = File.Create(path);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < LargeMiB; i++)
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
}
