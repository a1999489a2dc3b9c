using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Access;

/// <summary>The agent is named by the environment of the process, so nothing else may run beside these tests.</summary>
[Collection(nameof(WholeProcess))]
public sealed class AgentKeyTests : IAsyncLifetime
{
    private const string Rent = "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-agentkey-").FullName;
    private readonly KeyAgent _agent = new();
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        string key = Path.Combine(_folder, "held");
        SshBox.KeyGen(key, "");
        _agent.Add(key);
        File.Delete(key);
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
        Environment.SetEnvironmentVariable("VASTPS_KEY_PATH", null);
        Environment.SetEnvironmentVariable("SSH_AUTH_SOCK", _agent.Address);
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("VASTPS_KEY_PATH", TestEnvironment.KeyPath);
        Environment.SetEnvironmentVariable("SSH_AUTH_SOCK", null);
        _host.Dispose();
        await _vast.DisposeAsync();
        _agent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_key_of_the_agent_counts_when_a_box_is_rented_and_enters_it()
    {
        string advice = _host.Run(Rent).OneError("VastNoMatchingKey").ErrorDetails.RecommendedAction;
        Assert.DoesNotContain(_vast.Writes, w => w.Contains("/asks/", StringComparison.Ordinal));

        // The advice is what to type.
        VastSshKey added = Assert.Single(_host.Run(advice).Clean<VastSshKey>());
        Assert.Equal("ssh agent", added.Location);
        VastInstance box = Assert.Single(_host.Run(Rent + " | Wait-VastInstance").Clean<VastInstance>());
        Assert.Equal("hi", Assert.Single(_host.Run("$box | Invoke-VastCommand 'echo hi'", ("box", box)).Clean<VastCommandResult>()).Stdout);
    }

    [Fact]
    public void A_locked_agent_is_as_good_as_none()
    {
        _agent.Lock();

        Assert.StartsWith(
            "Add-VastSshKey -Generate",
            _host.Run(Rent).OneError("VastKeyFileMissing").ErrorDetails.RecommendedAction,
            StringComparison.Ordinal);
        Assert.Empty(_vast.Writes);
    }
}
