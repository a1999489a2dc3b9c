using System.Net;
using VastPS.Kernel.Api;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Api;

/// <summary>While the simulator runs nothing in the process reaches another server; afterwards nothing rents by accident.</summary>
[Collection(nameof(WholeProcess))]
public sealed class SimulatorLockTests : IDisposable
{
    private readonly ApiKeySource _keys = new(_ => null, Path.GetTempPath());
    private readonly ApiEndpoint _real =
        new(new Uri("https://console.vast.ai"), "real-key-0000000000", VastKeySource.Session, "Connect-VastAccount");

    public void Dispose()
    {
        ApiEndpoint.Release();
        ApiEndpoint.Reconnect();
    }

    [Fact]
    public async Task Every_client_uses_the_simulators_pair_and_the_connected_key_stays_home()
    {
        await using var simulator = new ScriptedVast(Reply.Ok("""{"id":1}"""));
        ApiEndpoint.LockTo(simulator.Address, ScriptedVast.Key);
        var client = new VastApiClient(() => _keys.Resolve(null, null, _real), new Resilience(TimeProvider.System), TimeProvider.System);
        AccountFacts facts = await client.GetAccountAsync(default);
        Assert.Equal(VastKeySource.Simulator, facts.Endpoint.Source);
        Assert.Equal($"Bearer {ScriptedVast.Key}", Assert.Single(simulator.Requests).Headers["Authorization"]);
        Assert.Throws<VastException>(() => _keys.Resolve(new NetworkCredential("", "real-key-0000000000").SecurePassword, null, null));
        Assert.Throws<VastException>(() => _keys.Resolve(null, "https://console.vast.ai", null));
        Assert.Equal(ScriptedVast.Key, _keys.Resolve(new NetworkCredential("", ScriptedVast.Key).SecurePassword, null, null).Key);
    }

    [Fact]
    public async Task A_client_made_before_refuses_its_own_host()
    {
        await using var other = new ScriptedVast(Reply.Ok("{}"));
        VastApiClient client = other.Client();
        ApiEndpoint.LockTo(new Uri("http://127.0.0.1:1"), ScriptedVast.Key);
        VastException error = await Assert.ThrowsAsync<VastException>(() => client.GetAccountAsync(default));
        Assert.Equal(VastReason.SimulatorRuns, error.Reason);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task After_it_stopped_paid_calls_are_refused_until_an_account_is_connected()
    {
        await using var server = new ScriptedVast(Reply.Ok("""{"success":true,"new_contract":9}"""));
        VastApiClient client = server.Client();
        ApiEndpoint.LockTo(server.Address, ScriptedVast.Key);
        ApiEndpoint.Release();
        foreach (Func<Task> paid in new Func<Task>[]
            {
            () => Create(client),
            () => client.SetStateAsync(1, true, default),
            () => client.ChangeBidAsync(1, 0.1m, default)
        })
        {
            Assert.Equal(VastReason.SimulatorGone, (await Assert.ThrowsAsync<VastException>(paid)).Reason);
        }

        Assert.Empty(server.Requests);
        await client.SetStateAsync(1, false, default);
        await client.DestroyAsync(1, default);
        ApiEndpoint.Reconnect();
        Assert.Equal(9, (await Create(client)).InstanceId);
    }

    [Fact]
    public void Releasing_what_was_not_locked_refuses_nothing()
    {
        ApiEndpoint.Release();
        ApiEndpoint.DemandPaidCallsAllowed("renting");
    }

    private static Task<CreateAnswer> Create(VastApiClient client) =>
        client.CreateInstanceAsync(new CreateRequest { OfferId = 1, Image = "a", DiskGB = 10, Label = "l" }, default);
}
