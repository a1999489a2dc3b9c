using System.Management.Automation;
using System.Net;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Simulator;
using VastPS.Tests.House;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Composition;

/// <summary>
/// Whatever is wrong with the key, the network or the server: each command gives one error of the catalogue, and nothing is rented.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("vastps-badinput-").FullName;
    private readonly Dictionary<string, string?> _variables = [];
    private SimulatedVast _vast = null!;

    public async ValueTask InitializeAsync() => _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });

    public async ValueTask DisposeAsync()
    {
        await _vast.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public Task A_wrong_key() => EachGives("VastApiUnauthorized", "***cdef", _vast.Server.Address);

    [Fact]
    public Task No_key() => EachGives("VastApiKeyMissing", Path.Combine(_home, ".config"), null);

    [Fact]
    public Task A_path_instead_of_a_key()
    {
        _variables["VAST_API_KEY"] = "/home/me/.config/vastai/vast_api_key";
        return EachGives("VastApiKeyMalformed", "VAST_API_KEY", null);
    }

    [Fact]
    public Task A_port_where_nobody_listens() =>
        EachGives("VastApiUnreachable", "127.0.0.1", new Uri($"http://127.0.0.1:{SshBox.FreePort()}/"));

    [Fact]
    public Task A_name_that_does_not_exist() => EachGives("VastApiUnreachable", "vast.invalid", new Uri("https://vast.invalid/"));

    [Fact]
    public Task A_500_with_a_page_of_HTML() => Broken(SimFault.Html500, "VastApiServerError");

    [Fact]
    public Task JSON_that_is_cut_off() => Broken(SimFault.TruncatedJson, "VastApiUnreadable");

    [Theory]
    [InlineData("Connect-VastAccount")]
    [InlineData("Get-VastAccount")]
    public void A_key_as_plain_text_is_refused_and_not_repeated(string command)
    {
        using CmdletHost host = Host(_vast.Server.Address, ScriptedVast.Key);
        Ran ran = host.Run($"{command} -ApiKey $plain", ("plain", ScriptedVast.Key));
        ErrorRecord error = Assert.Single(ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>());
        Assert.DoesNotContain(ScriptedVast.Key, ran.Everything(), StringComparison.Ordinal);
        Assert.Contains("Read-Host -AsSecureString", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_vast.Requests);
    }

    private Task Broken(SimFault fault, string id)
    {
        _vast.Server.Faults.Set(fault, true);
        return EachGives(id, "", _vast.Server.Address, _vast.Server.ApiKey);
    }

    private async Task EachGives(string id, string named, Uri? address, string key = ScriptedVast.Key)
    {
        using CmdletHost host = Host(address, key);
        var breaches = new List<string>();
        (string, object?)[] variables =
        [
            ("key", new NetworkCredential("", _variables.GetValueOrDefault("VAST_API_KEY") ?? key).SecurePassword),
            ("uri", (address ?? _vast.Server.Address).AbsoluteUri),
            ("offer", new VastOffer { OfferId = 5, DiskGB = 20 }),
            ("box", new VastInstance { InstanceId = 7 }),
            ("run", await Scenarios.NoteRunAsync((address ?? _vast.Server.Address).Authority, 7)),
            ("repo", "file:///code"),
            ("link", _vast.Server.DownloadUri()),
            ("here", Scenarios.Prepare(Path.Combine(_home, "here"))),
        ];
        foreach ((string command, string script) in Scenarios.All.Where(s => s.Asks != Asks.Nobody))
        {
            // Connect brings its key with it.
            if (command == "Connect-VastAccount" && address is null)
            {
                continue;
            }

            Ran ran = host.Run(script, variables);
            ErrorRecord[] errors = [.. ran.Errors.Append(ran.Thrown).OfType<ErrorRecord>()];
            if (errors is not [var one]
                || one.FullyQualifiedErrorId.Split(',')[0] != id
                || string.IsNullOrEmpty(one.ErrorDetails?.RecommendedAction)
                || !one.ToString().Contains(named, StringComparison.Ordinal) || ran.Output.Count > 0)
            {
                breaches.Add(
                    $"{command}: {ran.Output.Count} results; " + string.Join(" | ", errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}")));
            }
        }

        Law.Holds($"Every command gives one {id} that names '{named}' and what to do.", breaches);
        Assert.Empty(_vast.Writes);
    }

    private CmdletHost Host(Uri? address, string key)
    {
        var keys = new ApiKeySource(n => _variables.GetValueOrDefault(n), _home);
        return new CmdletHost(address is null
            ? new RunspaceServices(clock: new QuickClock()) { Keys = keys }
            : new RunspaceServices(
                () => new ApiEndpoint(address, key, VastKeySource.Parameter, "the test"), new QuickClock()) { Keys = keys });
    }
}
