using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using VastPS.Simulator.Instances;

namespace VastPS.Simulator.Boxes;

/// <summary>
/// A real OpenSSH server on loopback that stands for one instance. Stopping it ends everything that was started
/// in it and keeps its home; deleting removes the home as well.
/// </summary>
internal sealed class SshdBox : IDisposable
{
    private static readonly TimeSpan s_startTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(3);

    private static readonly string[] s_failures = ["fatal", "failed", "terminating", "not found", "mount:"];

    private readonly BoxPrograms _programs;
    private readonly SimInstance _instance;
    private readonly string _folder;
    private readonly string _mark = SimState.RandomHex(16);
    private readonly Uri _downloads;
    private Process? _process;
    private Relay? _direct;
    private Relay? _proxy;
    private OpenPorts? _ports;
    private bool _isNew;

    public SshdBox(BoxPrograms programs, SimInstance instance, string root, Uri downloads)
    {
        _programs = programs;
        _instance = instance;
        _downloads = downloads;
        _folder = Path.Combine(root, instance.Id.ToString(CultureInfo.InvariantCulture));
        Home = Path.Combine(_folder, "home");
        Directory.CreateDirectory(Path.Combine(_folder, "bin"));
        Gpu = new GpuState(_folder, instance);
        WriteScripts();
    }

    /// <summary>The box's home, seen from outside.</summary>
    public string Home { get; }

    public static string LoginUser => BoxPrograms.LoginUser;

    /// <summary>Port of the relay before the sshd; 0 while it is stopped.</summary>
    public int Port { get; private set; }

    /// <summary>Port of the relay that stands for the service's ssh proxy; the last one while stopped.</summary>
    public int ProxyPort { get; private set; }

    /// <summary>The proxy, for faults on the way.</summary>
    public Relay? Proxy => _proxy;

    /// <summary>Ports that were asked for with -p while it runs: docker's name of each, and where it is reached.</summary>
    public IReadOnlyDictionary<string, int> Opened { get; private set; } = new Dictionary<string, int>();

    /// <summary>Every way to the sshd; none while it is stopped.</summary>
    public IReadOnlyList<Relay> Ways => [.. new[] { _direct, _proxy }.OfType<Relay>()];

    public GpuState Gpu { get; }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What onstart printed.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    private string LogPath => Path.Combine(_folder, "onstart.log");

    private bool Isolates => _programs.CanIsolate;

    public async Task StartAsync(bool newHostKey, CancellationToken stop)
    {
        if (IsRunning)
        {
            return;
        }

        if (_isNew)
        {
            SimFolder.Delete(Home);
            WriteScripts();
        }

        await MakeHostKeyAsync(newHostKey || _isNew, stop);
        _isNew = false;
        for (int tries = 1; !await TryStartAsync(stop); tries++)
        {
            if (tries == 5)
            {
                throw new InvalidOperationException($"sshd of box {_instance.Id} does not start; see {_folder}");
            }
        }

    }

    /// <summary>The next start is of a new container: nothing of the home is kept, and its sshd has another host key.</summary>
    public void Renew() => _isNew = true;

    /// <summary>Ends the sshd and all that was started in the box.</summary>
    public void Stop()
    {
        Port = 0;
        _direct?.Dispose();
        _proxy?.Dispose();
        _direct = _proxy = null;
        _ports?.Dispose();
        _ports = null;
        Opened = new Dictionary<string, int>();
        if (_process is null)
        {
            return;
        }

        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!_process.WaitForExit(s_stopTime))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(s_stopTime);
        }

        _process.Dispose();
        _process = null;
    }

    /// <summary>Writes who may log in.</summary>
    public void WriteKeys() =>
        File.WriteAllText(Path.Combine(_folder, "authorized_keys"), string.Concat(_instance.Keys.Select(key => key.PublicKey + "\n")));

    public void Dispose()
    {
        Stop();
        SimFolder.Delete(_folder);
    }

    private async Task MakeHostKeyAsync(bool anew, CancellationToken stop)
    {
        string path = Path.Combine(_folder, "host_key");
        if (anew)
        {
            File.Delete(path);
            File.Delete(path + ".pub");
        }

        if (!File.Exists(path))
        {
            Shell.Output made = await Shell.RunAsync(_programs.Keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], stop);
            if (made.ExitCode != 0)
            {
                throw new InvalidOperationException("ssh-keygen: " + made.Error);
            }
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken stop)
    {
        int port = FreePort();
        _direct = Relay.ForStreams(port);
        _proxy = Relay.ForStreams(port);
        _ports?.Dispose();
        _ports = OpenPorts.Of(_instance.Env);
        Opened = _ports.Outside;
        WriteConfig(port);
        WriteKeys();
        Dictionary<string, string> first = FirstEnvironment(_direct.Port);
        WriteEnvironment(first);
        string user = BoxPrograms.UserHome();
        List<string> line = [];
        if (Isolates)
        {
            line.AddRange(["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        }

        line.AddRange(["sh", Path.Combine(_folder, "init.sh"), _folder, Isolates ? "namespace" : "marker", _mark, _programs.Sshd, user]);
        ProcessStartInfo start = Shell.Start("setsid", line);
        start.Environment.Clear();
        foreach ((string name, string value) in first)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start");
        TaskCompletionSource<bool> listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("Server listening on", StringComparison.Ordinal) == true)
            {
                listens.TrySetResult(true);
            }
            else if (line.Data is null || s_failures.Any(text => line.Data.Contains(text, StringComparison.Ordinal)))
            {
                listens.TrySetResult(false);
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        bool up;
        try
        {
            up = await listens.Task.WaitAsync(s_startTime, TimeProvider.System, stop);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            Stop();
            throw;
        }

        if (!up)
        {
            Stop();
            return false;
        }

        Port = _direct.Port;
        ProxyPort = _proxy.Port;
        return true;
    }

    private void WriteScripts()
    {
        Directory.CreateDirectory(Path.Combine(Home, "workspace"));
        Put("init.sh", SimFolder.Resource("box-init.sh"));
        Put("login.sh", SimFolder.Resource("box-login.sh"));
        Put("bin/nvidia-smi", SimFolder.Resource("nvidia-smi.sh"));
        Put("bin/gpu-use", SimFolder.Resource("gpu-use.sh"));
        Put("bin/curl", SimFolder.Resource("curl.sh"));
        Put(
            "banner",
            "Welcome to the simulated Vast box.\nIf your key is refused, wait some seconds and check that it was on the account before "
            + "this box was made.\n");
        if (_instance.Onstart is string onstart)
        {
            Put("home/onstart.sh", onstart + "\n");
        }

        void Put(string name, string text)
        {
            string path = Path.Combine(_folder, name);
            File.WriteAllText(path, text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    private void WriteConfig(int port)
    {
        string penalties = _programs.HasPenalties ? "PerSourcePenalties no\n" : "";
        string home = Isolates ? "" : $"SetEnv \"HOME={Home}\" VASTPS_SIM_BOX_MARK={_mark}\n";
        File.WriteAllText(Path.Combine(_folder, "sshd_config"), string.Create(CultureInfo.InvariantCulture, $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey "{_folder}/host_key"
            AuthorizedKeysFile "{_folder}/authorized_keys"
            Banner "{_folder}/banner"
            ForceCommand /bin/sh {Shell.Quote(_folder + "/login.sh")} {Shell.Quote(_folder)}
            Subsystem sftp internal-sftp
            AllowUsers {LoginUser}
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            UsePAM no
            StrictModes no
            PidFile none
            PrintMotd no
            PrintLastLog no
            UseDNS no
            LoginGraceTime 30
            MaxStartups 200:30:400
            MaxSessions 100
            LogLevel INFO
            {penalties}{home}
            """).Replace("\r", "", StringComparison.Ordinal));
    }

    /// <summary>
    /// What process 1 of the box has: its number and its own key among it. As at the service a login gets none of that,
    /// and /proc/1/environ tells it.
    /// </summary>
    private Dictionary<string, string> FirstEnvironment(int port)
    {
        string home = Isolates ? BoxPrograms.UserHome() : Home;
        Dictionary<string, string> values = new()
        {
            ["HOME"] = home,
            ["PATH"] = _folder + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["SHELL"] = _programs.LoginShell,
            ["CONTAINER_ID"] = _instance.Id.ToString(CultureInfo.InvariantCulture),
            ["CONTAINER_API_KEY"] = _instance.ApiKey,
            ["VAST_CONTAINERLABEL"] = string.Create(CultureInfo.InvariantCulture, $"C.{_instance.Id}"),
            ["GPU_COUNT"] = _instance.GpuCount.ToString(CultureInfo.InvariantCulture),
            ["PUBLIC_IPADDR"] = "127.0.0.1",
            ["VAST_TCP_PORT_22"] = port.ToString(CultureInfo.InvariantCulture),
            ["DATA_DIRECTORY"] = home + "/workspace/",
        };
        foreach ((string name, string value) in _ports!.Variables)
        {
            values[name] = value;
        }

        foreach ((string name, System.Text.Json.Nodes.JsonNode? value) in _instance.Env.Where(pair => IsName(pair.Key)))
        {
            values[name] = Json.Text(value) ?? "";
        }

        return values;
    }

    private void WriteEnvironment(Dictionary<string, string> first)
    {
        Dictionary<string, string> values = new()
        {
            ["HOME"] = first["HOME"],
            ["PATH"] = first["PATH"],
            ["SHELL"] = first["SHELL"],
            ["VASTPS_SIM_BOX"] = first["CONTAINER_ID"],

            // Boxes share the folder for sockets: without this one box would enter the tmux of another, or of this computer.
            ["TMUX_TMPDIR"] = _folder,
            ["VASTPS_SIM_BOX_MARK"] = _mark,
            ["VASTPS_SIM_SFTP"] = _programs.Sftp,
            ["VASTPS_SIM_CURL"] = _programs.Curl,
            ["VASTPS_SIM_DOWNLOAD_URI"] = _downloads.ToString(),
        };
        File.WriteAllText(Path.Combine(_folder, "env.sh"), Exports(values));
        File.WriteAllText(Path.Combine(_folder, "onstart-env.sh"), Exports(first));
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string Exports(Dictionary<string, string> values) =>
        string.Concat(values.Select(pair => $"export {pair.Key}={Shell.Quote(pair.Value)}\n"));

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
