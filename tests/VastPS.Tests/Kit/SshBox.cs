using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Kit;

/// <summary>
/// A real sshd on loopback with fresh keys in a folder of its own. Works as root and as an ordinary user;
/// whoever runs the tests is who logs in.
/// </summary>
internal sealed class SshBox : IDisposable
{
    private const string Guest = "vastps-guest";

    // $1 folder, then the server's command line. The password file is this process's own view.
    private const string AsGuest = """
        folder=$1; shift
        echo "vastps-guest:*:64999:64999::$folder:/bin/sh" >"$folder/passwd"
        chown -R 64999:64999 "$folder" && mount --bind "$folder/passwd" /etc/passwd && exec setpriv --reuid=64999 --regid=64999 --clear-groups "$@"
        """;

    private readonly List<string> _log = [];
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _sshd = new[] { "/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd" }.First(File.Exists);
    private readonly string _more;
    private readonly bool _isGuest;
    private Process _server;

    private SshBox(string more, bool isGuest = false)
    {
        Folder = Directory.CreateTempSubdirectory("vastps-sshbox-").FullName;
        _more = more;
        _isGuest = isGuest;
        KeyGen(KeyPath, "");
        KeyGen(HostKeyPath, "");
        File.Copy(KeyPath + ".pub", AuthorizedKeys);
        Port = FreePort();
        _server = StartServer();
    }

    public string Folder { get; }

    public int Port { get; }

    public string KeyPath => Path.Combine(Folder, "user_key");

    /// <summary>The key that the box lets in.</summary>
    public LocalKey Key => KeyFile.Read(KeyPath).Open();

    public string AuthorizedKeys => Path.Combine(Folder, "authorized_keys");

    public string User => _isGuest ? Guest : Environment.UserName;

    public int ServerPid => _server.Id;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    private string HostKeyPath => Path.Combine(Folder, "host_key");

    private string ConfigPath => Path.Combine(Folder, "sshd_config");

    /// <summary>Starts a server; more lines go before the kit's own, so they win.</summary>
    public static Task<SshBox> StartAsync(params string[] moreConfig) => StartAsync(new SshBox(string.Join('\n', moreConfig)));

    /// <summary>Starts a server that belongs to an ordinary user, who logs in: as root to a user that only the server sees.</summary>
    public static Task<SshBox> StartForGuestAsync() => StartAsync(new SshBox("", Environment.UserName == "root"));

    private static async Task<SshBox> StartAsync(SshBox box)
    {
        try
        {
            await box._listening.Task.WaitAsync(TimeSpan.FromSeconds(10));
            return box;
        }
        catch (TimeoutException)
        {
            box.Dispose();
            throw new InvalidOperationException("sshd did not begin to listen: " + box.Log);
        }
    }

    /// <summary>The server's own address.</summary>
    public VastSshAddress Address(bool isDirect = true) => new(isDirect, "127.0.0.1", Port, User);

    /// <summary>A new host key on the same port, as after a rebuilt box. Waits until the new server listens.</summary>
    public async Task ChangeHostKeyAsync()
    {
        KillServer();
        File.Delete(HostKeyPath);
        File.Delete(HostKeyPath + ".pub");
        KeyGen(HostKeyPath, "");
        int before = Count("listening on");
        _server = StartServer();
        await Eventually.TrueAsync(() => Count("listening on") > before);
    }

    /// <summary>The pids of the server's session processes.</summary>
    public IReadOnlyList<int> Sessions() => Procs.Children(ServerPid);

    /// <summary>Makes a key pair with ssh-keygen.</summary>
    public static void KeyGen(string path, string passphrase, params string[] more)
    {
        var start = new ProcessStartInfo("ssh-keygen") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])["-q", "-N", passphrase, "-C", "vastps test", "-f", path, .. more.Length > 0
            ? more
            : ["-t", "ed25519"]])
        {
            start.ArgumentList.Add(word);
        }

        using Process made = Process.Start(start)!;
        string trouble = made.StandardError.ReadToEnd();
        made.WaitForExit();
        if (made.ExitCode != 0)
        {
            throw new InvalidOperationException(trouble);
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        KillServer();
        Directory.Delete(Folder, recursive: true);
    }

    private Process StartServer()
    {
        if (Environment.UserName == "root")
        {
            Directory.CreateDirectory("/run/sshd");
        }

        File.WriteAllText(ConfigPath, $"""
            {_more}
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {HostKeyPath}
            AuthorizedKeysFile {AuthorizedKeys}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            LogLevel VERBOSE
            MaxStartups 100
            """);
        var start = new ProcessStartInfo(
            _isGuest ? "unshare" : _sshd) { RedirectStandardError = true, RedirectStandardInput = true, RedirectStandardOutput = true };
        string[] own = ["-D", "-e", "-f", ConfigPath];
        foreach (string word in _isGuest ? ["--mount", "sh", "-c", AsGuest, "sh", Folder, _sshd, .. own] : own)
        {
            start.ArgumentList.Add(word);
        }

        Process server = Process.Start(start)!;
        server.ErrorDataReceived += (_, line) => Note(line.Data);
        server.BeginErrorReadLine();
        return server;
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Add(line);
        }

        if (line.Contains("listening on", StringComparison.Ordinal))
        {
            _listening.TrySetResult();
        }
    }

    private int Count(string text)
    {
        lock (_log)
        {
            return _log.Count(l => l.Contains(text, StringComparison.Ordinal));
        }
    }

    // By id: the server and the sessions it has left.
    private void KillServer()
    {
        foreach (int pid in Sessions())
        {
            Procs.Kill(pid);
        }

        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }
}
