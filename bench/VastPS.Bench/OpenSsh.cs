using System.Diagnostics;

namespace VastPS.Bench;

/// <summary>The system's ssh, as people use it for the same work.</summary>
internal sealed class OpenSsh : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-bench-").FullName;

    private string[] Ssh =>
    [
        "ssh",
        "-F", "none", "-i", Environment.GetEnvironmentVariable("VASTPS_KEY_PATH")!, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=" + Path.Combine(_folder, "known_hosts"), "-o", "LogLevel=ERROR",
    ];

    private string Socket => Path.Combine(_folder, "master");

    /// <summary>Opens a connection for others to share.</summary>
    public void OpenMaster(VastInstance box) => Run([.. Ssh, "-M", "-S", Socket, "-f", "-N", .. Place(box)]);

    /// <summary>Milliseconds of a command over the shared connection, as a process.</summary>
    public double TimeShared(VastInstance box, string command) => Run([.. Ssh, "-S", Socket, .. Place(box), command]);

    /// <summary>Milliseconds of a command on all boxes at once, each over a connection of its own.</summary>
    public double TimeEach(IReadOnlyList<VastInstance> boxes, string command)
    {
        string list = Path.Combine(_folder, "boxes");
        File.WriteAllLines(list, boxes.Select(b => string.Join(' ', [.. Place(b), command])));
        return Run(["xargs", "-a", list, "-P", $"{boxes.Count}", "-L", "1", .. Ssh]);
    }

    /// <summary>Milliseconds of scp there.</summary>
    public double TimeCopyTo(VastInstance box, string from, string to) => Run([.. Scp(box), from, $"{Login(box)}:{to}"]);

    /// <summary>Milliseconds of scp back.</summary>
    public double TimeCopyFrom(VastInstance box, string from, string to) => Run([.. Scp(box), $"{Login(box)}:{from}", to]);

    public void Dispose()
    {
        if (File.Exists(Socket))
        {
            Run([.. Ssh, "-S", Socket, "-O", "exit", "nobody"]);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string[] Scp(VastInstance box) => ["scp", "-q", "-r", .. Ssh[1..], "-P", $"{box.SshAddresses[0].Port}"];

    private static string Login(VastInstance box) => $"{box.SshAddresses[0].User}@{box.SshAddresses[0].Host}";

    private static string[] Place(VastInstance box) =>
        ["-p", $"{box.SshAddresses[0].Port}", $"{box.SshAddresses[0].User}@{box.SshAddresses[0].Host}"];

    private static double Run(string[] words)
    {
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
        string trouble = process.StandardError.ReadToEnd();
        process.WaitForExit();
        double took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return process.ExitCode == 0
            ? took
            : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {trouble}");
    }
}
