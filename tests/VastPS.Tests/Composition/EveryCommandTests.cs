using System.Management.Automation;
using System.Net;
using System.Reflection;
using VastPS.Features.Simulation;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>Promises that every command keeps, also those that do not exist yet: each needs a scenario beside its tests.</summary>
[Collection(nameof(WholeProcess))]
public sealed class EveryCommandTests : IDisposable
{
    private static readonly HashSet<string> s_asking =
        [.. CmdletHost.Cmdlets.Where(t => t.GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess).Select(Law.CommandName)];

    private readonly CaptureHost _shown = new();
    private readonly CmdletHost _host;
    private readonly SimServer _server;
    private readonly (string, object?)[] _variables;

    public EveryCommandTests()
    {
        _host = new CmdletHost(new RunspaceServices(clock: new QuickClock()) { LocalSsh = StubSsh.Shared.Program }, _shown);
        _host.Run("Start-VastSimulator -BootTime 200ms").Clean<object>();
        _server = SimulatorHost.Current!;
        VastOffer[] offers = [.. _host.Run("Get-VastOffer -GpuCount 1").Clean<VastOffer>().DistinctBy(o => o.MachineId).Take(2)];
        VastInstance box = Assert.Single(_host
            .Run("$o | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false | Wait-VastInstance", ("o", offers[0]))
            .Clean<VastInstance>());
        RunBed.ProveAsync(_host.Services.Api.Server, box.InstanceId).GetAwaiter().GetResult();
        VastRun run = Assert.Single(_host
            .Run("$box | Start-VastRun 'echo step 1 loss 2; sleep 600' -MaxRuntime 1h -Name llama", ("box", box))
            .Clean<VastRun>());
        VastCommandResult made = Assert.Single(
            _host.Run("$box | Invoke-VastCommand $script", ("box", box), ("script", Scenarios.MakeRepository)).Clean<VastCommandResult>());
        _variables =
        [
            ("key", new NetworkCredential("", _server.ApiKey).SecurePassword),
            ("uri", _server.Address.AbsoluteUri), ("offer", offers[1]), ("box", box),
            ("run", run),
            ("repo", "file://" + made.Stdout), ("link", _server.DownloadUri(bytes: 1_000_000)),
            ("here", Scenarios.Prepare(Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N")))),
        ];
    }

    public void Dispose()
    {
        SimulatorHost.StopAsync().GetAwaiter().GetResult();
        ApiEndpoint.Reconnect();
        _host.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Html500")]
    [InlineData("TooManyRequests:2")]
    [InlineData("TruncatedJson")]
    [InlineData("SshRefused")]
    [InlineData("lost answers")]
    public async Task No_command_tells_a_secret_whatever_happens(string trouble)
    {
        Trouble(trouble);
        _host.Run("$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'");
        var told = new List<(string By, string Text)>();
        // Alone first: the last of the others leaves the account. Start-VastSimulator answers with an error while one runs.
        foreach ((string command, string script) in Scenarios.Alone.Concat(Scenarios.All)
            .Where(s => s.Command != "Stop-VastSimulator").OrderBy(s => s.Moment == Moment.Simulate))
        {
            Ran ran = _host.Run($"$all = @({script}); $all; $all | Out-Default", _variables);
            told.Add((command, ran.Everything()));
            Law.Holds("Whatever goes wrong, it is an error of the catalogue.", ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>()
                .Where(e => e.Exception is not VastException).Select(e => $"{command}: {e.FullyQualifiedErrorId}: {e}"));
            Assert.True(
                trouble.Length > 0 || command == "Start-VastSimulator" || (ran.Errors.Count == 0 && ran.Thrown is null),
                $"{command}: {string.Join("; ", ran.Errors.Append(ran.Thrown))}");
        }

        told.Add(("the host", _shown.Shown));
        told.AddRange((await _server.GetInstancesAsync()).Select(i => ("the label of " + i.InstanceId, i.Label ?? "")));
        told.AddRange(_server.Requests.Select(r => (r.ToString(), r.Body)));
        told.AddRange(Files(_server.Folder).Concat(Files(TestEnvironment.Folder))
            .Where(f => f != _server.KeyPath && f != TestEnvironment.KeyPath).Select(f => (f, Text(f))));

        // A request's key is a star in the log, so a key in a path would be a star there.
        Assert.DoesNotContain(_server.Requests, r => r.Path.Contains('*', StringComparison.Ordinal));
        Assert.True(told.Count(t => t.Text.Length > 0) > Scenarios.All.Count);
        foreach (string secret in Secrets())
        {
            Law.Holds("A secret was told.", told.Where(t => t.Text.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(t => t.By));
        }
    }

    [Fact]
    public void WhatIf_reads_and_nothing_else()
    {
        // An end is written down when it is first seen, whoever looks: that is no deed of -WhatIf.
        _host.Run("Stop-VastRun *").Clean<VastRun>();
        string[] writes = Writes();
        string[] files = Snapshot();
        var breaches = new List<string>();
        foreach ((string command, string script) in Scenarios.Every.Where(s => s_asking.Contains(s.Command)))
        {
            Ran ran = _host.Run(script + " -WhatIf", _variables);
            breaches.AddRange(ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>().Select(e => $"{command}: {e}"));
            breaches.AddRange(Writes().Except(writes).Select(w => $"{command} sent {w}"));
            breaches.AddRange(Snapshot().Except(files).Select(f => $"{command} wrote {f.Split(' ')[0]}"));
        }

        Law.Holds("-WhatIf sends only reads and writes no file.", breaches);
        Assert.Superset(new HashSet<string>([
            "New-VastInstance", "Start-VastInstance", "Stop-VastInstance", "Remove-VastInstance", "Wait-VastInstance", "Start-VastRun",
            "Send-VastItem"
        ]), s_asking);
    }

    // Where a parameter cannot be added to the scenario, the engine itself says so.
    [Fact]
    public void A_variable_without_a_value_is_an_error_that_names_the_parameter()
    {
        var nullability = new NullabilityInfoContext();
        var breaches = new List<string>();
        foreach ((string command, string script) in Scenarios.Alone.Concat(Scenarios.All))
        {
            foreach (PropertyInfo parameter in Law.Parameters(Law.Cmdlets.Single(c => Law.CommandName(c) == command))
                .Where(p => !p.PropertyType.IsValueType && nullability.Create(p).WriteState == NullabilityState.NotNull))
            {
                Ran ran = _host.Run($"{script} -{parameter.Name} $null", _variables);
                ErrorRecord[] errors = [.. ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>()];
                if (errors is not [{ Exception: ParameterBindingException or VastException { Reason: VastReason.InvalidValue } }])
                {
                    breaches.Add(
                        $"{command} -{parameter.Name}: {string.Join(", ", errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}"))}");
                }
            }
        }

        Law.Holds("$null is no value of a parameter that needs one, and never a bare exception.", breaches);
    }

    // The first lines of the key file are the same in every one.
    private IEnumerable<string> Secrets() =>
    [
        _server.ApiKey,
        .. File.ReadAllLines(_server.KeyPath!).Skip(2).Where(l => l.Length > 20 && !l.StartsWith('-')),
    ];

    private string[] Writes() => [
        .. _server.Requests.Select((r, i) => (Request: r, Number: i)).Where(r => !r.Request.IsRead).Select(r => $"{r.Number} {r.Request}")
    ];

    private void Trouble(string name)
    {
        switch (name)
        {
            case "":
                break;
            case "lost answers":
                _server.Relay.Arm(FaultKind.DropAfter, "", times: 10_000);
                break;
            default:
                _server.Faults.Set(name, true);
                break;
        }
    }

    private string[] Snapshot() =>
        [.. Files(Path.Combine(_server.Folder, "state")).Concat(Files(TestEnvironment.Folder)).Select(f => f + " " + Text(f))];

    private static IEnumerable<string> Files(string folder) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions
            {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true
        })
            .Order(StringComparer.Ordinal);

    // Sockets, pipes and what vanishes meanwhile hold no text.
    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 and < 50_000_000 } ? File.ReadAllText(path) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
