namespace VastPS.Tests.House;

/// <summary>A folder of src/VastPS with its rights.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Holds">What it is for.</param>
/// <param name="MaySee">Folders it may import, without itself.</param>
internal sealed record Room(string Name, string Holds, string[] MaySee)
{
    /// <summary>Parts of the world outside that it alone, or with few others, may touch.</summary>
    public string[] Doors { get; init; } = [];

    /// <summary>True where it must be the same at every call: no clock, no chance.</summary>
    public bool IsPure { get; init; }

    /// <summary>Its namespace; cmdlet classes are in VastPS.Commands wherever they stand.</summary>
    public string Namespace => Name == "Models" ? "VastPS" : "VastPS." + Name.Replace('/', '.');
}

/// <summary>Something that is allowed, or is so for now, and why.</summary>
internal sealed record Reason(string What, string Why);

/// <summary>A feature that uses another one.</summary>
internal sealed record Arrow(string From, string To, string Why);

/// <summary>
/// The law of the house as data: FloorTests checks it against the assembly and the using lines, docs/floors.md is written from it.
/// A new arrow, side door or exception is a line here, with its reason.
/// </summary>
internal static class HouseTable
{
    public const string Engine = "engine", Json = "Newtonsoft", PlainJson = "System.Text.Json", Retries = "Polly", SshNet = "SSH.NET", Http = "HTTP", Sockets = "sockets",
        Files = "files", Processes = "processes", Simulator = "simulator", Terminal = "console";

    /// <summary>The world outside: names that a full type name begins with.</summary>
    public static IReadOnlyDictionary<string, string[]> Outside { get; } = new Dictionary<string, string[]>
    {
        [Engine] = ["System.Management.Automation."],
        [Json] = ["Newtonsoft."],
        [PlainJson] = ["System.Text.Json."],
        [Retries] = ["Polly."],
        [SshNet] = ["Renci.SshNet.", "Org.BouncyCastle."],
        [Http] = ["System.Net.Http", "System.Net.HttpListener"],
        [Sockets] = ["System.Net.Sockets."],
        [Files] = ["System.IO.File", "System.IO.Directory", "System.IO.StreamWriter"],
        [Processes] = ["System.Diagnostics.Process"],
        [Simulator] = ["VastPS.Simulator."],
        [Terminal] = ["System.Console"],
    };

    /// <summary>What makes two calls differ.</summary>
    public static string[] Chance { get; } =
        [
            "System.TimeProvider",
            "System.Random",
            "System.Security.Cryptography.RandomNumberGenerator",
            "System.Guid",
            "System.Diagnostics.Stopwatch"
        ];

    /// <summary>Which feature uses which. No circle: what would close one moves up.</summary>
    public static Arrow[] Arrows { get; } =
    [
        new("Checks", "Estimation", "a check holds what it measured against what the estimate assumes of the machine"),
        new("Instances", "Estimation", "renting notes the estimate for the instance, where the run finds it"),
        new("Runs", "Estimation", "a run is proved by its estimate, and a measured pace corrects the next one"),
        new("Runs", "Instances", "the end of a run stops or removes its instance"),
        new("Runs", "Transfer", "results are fetched before an instance is given up"),
        new("Simulation", "Checks", "the simulator serves the download that a bandwidth check asks for"),
    ];

    /// <summary>The folders, from the bottom to the top.</summary>
    public static Room[] Rooms { get; } =
    [
        new("Basics", "units, durations, redaction, whole files", []) { Doors = [Files] },
        new("Models", "public types in the namespace VastPS, immutable", ["Basics"]),
        new("Kernel/Text", "shell quoting, terminal text, ssh texts, host names", ["Models", "Basics"]) { IsPure = true },
        new("Kernel/Logs", "training logs to metrics", ["Models", "Basics", "Kernel/Text"]) { IsPure = true },
        new(
            "Kernel/Api",
            "the server: routes, client, wire, resilience, keys",
            ["Models", "Basics", "Kernel/Text"]) { Doors = [Http, Json, Retries, Sockets, Files] },
        new("Kernel/Hub", "the model hub: what it says of a model, and the beginnings of its files", ["Models", "Basics", "Kernel/Api"])
            { Doors = [Http, Sockets, Files] },
        new(
            "Kernel/State",
            "what VastPS remembers: runs, rentals, evidence, host keys",
            ["Models", "Basics", "Kernel/Text"]) { Doors = [Files, PlainJson] },
        new(
            "Kernel/Local",
            "the user's computer: trees, git, the system's ssh, its configuration, log files",
            ["Models", "Basics", "Kernel/Text", "Kernel/Logs"])
            { Doors = [Files, Processes] },
        new(
            "Kernel/Connections",
            "ssh: keys, agent, pool, remote commands, links to instances",
            ["Models", "Basics", "Kernel/Text", "Kernel/Api", "Kernel/State"])
            { Doors = [SshNet, Sockets, Files] },
        new(
            "Kernel/Shell",
            "base cmdlets, output, consent, error catalogue, what a runspace shares",
            ["Models", "Basics", .. Kernel("Shell")]) { Doors = [Engine, Terminal] },
        Feature("Account", "the account and its key"),
        Feature("Offers", "the market"),
        Feature("Estimation", "will it fit, how long, how much") with { Doors = [PlainJson] },
        Feature("Money", "what was spent, and what idles"),
        Feature("Transfer", "files to and from an instance"),
        Feature("Access", "ssh keys, configuration, sessions, shells, commands"),
        Feature("Checks", "what an instance is worth, and setting it up"),
        Feature("Instances", "rent, wait, stop, start, remove"),
        Feature("Runs", "smoke tests, runs, watching, finishing"),
        Feature("Simulation", "a local Vast") with { Doors = [Simulator] },
        new(
            "Composition",
            "the module's life: the only place that knows all features",
            ["Models", "Basics", .. Kernel(""), .. Features]) { Doors = [Engine] },
    ];

    /// <summary>
    /// Only types with these endings know the engine in a feature: leaves, their bases and what binds and checks their parameters.
    /// </summary>
    public static string[] EngineEndings { get; } = ["Command", "Cmdlet", "Completer", "TransformAttribute", "Input"];

    /// <summary>Types with these endings are pure wherever they stand: no door, no clock, no chance, not even through others.</summary>
    public static string[] PureEndings { get; } = ["Rule", "Rules", "Model", "Parser", "Plan"];

    /// <summary>Where the law is broken for now: "type -> what it sees".</summary>
    public static Reason[] Exceptions { get; } =
    [
    ];

    /// <summary>State that is not passed as a parameter and not held by the services of a runspace.</summary>
    public static Reason[] MutableStatics { get; } =
    [
        new("AccountKeys.s_met", "every key of an account that this process has met: none may go to a box, whichever the command uses"),
        new(
            "ApiEndpoint.s_lock",
            "while the simulator runs nothing in the process may reach the real Vast, whatever a runspace says (decision 7)"),
        new("ApiEndpoint.s_simulatorGone", "after the simulator a paid call needs an account that was connected since (decision 7)"),
        new("BoundedHttp.s_direct", "connections to the server on this computer, shared by all runspaces as HttpClient is meant to be"),
        new("BoundedHttp.s_outside", "connections to the server, shared by all runspaces as HttpClient is meant to be"),
        new(
            "LocalKeys.s_ask",
            "a locked key asks the user of the command at work, not of one beside it; flows with the work, not with the process"),
        new("ModuleLifetime.s_watching", "the end of the process is watched once, however often the module is imported"),
        new("Redactor.s_known", "secrets of this process by value, masked wherever they turn up"),
        new("SimulatorHost.Current", "one simulator a process (decision 7)"),
        new("SimulatorHost.s_before", "the variables that the simulator replaced, put back when it stops"),
        new("SimulatorHost.s_gate", "two commands do not start or stop the simulator at the same time"),
        new("SimulatorHost.s_seed", "what Get-VastSimulator shows of the running one"),
        new(
            "VastException.Sentence",
            "the message of an exception is its sentence in the catalogue, which stands in the shell: the one hook that leads upward"),
        new("RunspaceServices.s_pace", "runspaces of one process share an account, so they share its pace"),
        new("RunspaceServices.s_worlds", "what a runspace shares is found by the runspace, and goes with it"),
    ];

    /// <summary>Methods that read or change the environment of the process.</summary>
    public static Reason[] EnvironmentReads { get; } =
    [
        new("ApiKeySource..cctor", "VAST_URL, VAST_API_KEY and where key files are"),
        new("HubSource..cctor", "HF_ENDPOINT, HF_TOKEN and where its file is"),
        new("DownloadUris.Of", "VASTPS_DOWNLOAD_URI"),
        new("LocalProgram.Start", "PATH and PATHEXT, where programs are found"),
        new("LocalKeys..ctor", "SSH_AUTH_SOCK, VASTPS_KEY_PATH"),
        new("LocalKeys.get_Configured", "VASTPS_KEY_PATH, for the commands that only name the file"),
        new("SimulatorHost.Redirect", "points this process and its children at the simulator (decision 7)"),
        new("SimulatorHost.StopAsync", "puts the former values back"),
        new("StateFolder.Locate", "VASTPS_STATE, XDG_STATE_HOME"),
    ];

    public static string[] Features =>
        [
            "Features/Account", "Features/Offers", "Features/Estimation", "Features/Money", "Features/Transfer", "Features/Access",
            "Features/Checks", "Features/Instances", "Features/Runs", "Features/Simulation"
        ];

    private static string[] Kernel(string without) =>
        [.. new[] { "Text", "Logs", "Api", "Hub", "State", "Local", "Connections", "Shell" }.Where(k => k != without).Select(k => "Kernel/" + k)];

    private static Room Feature(string name, string holds) =>
        new(
            "Features/" + name,
            holds,
            ["Models", "Basics", .. Kernel(""), .. Arrows.Where(a => a.From == name).Select(a => "Features/" + a.To)]);
}
