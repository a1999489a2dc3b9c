using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    /// <summary>All instances of the account, all pages.</summary>
    public async Task<IReadOnlyList<VastInstance>> GetInstancesAsync(CancellationToken stop)
    {
        List<JObject> rows = await SendPagedAsync(VastRoutes.ListInstances, "instances", [("limit", "25")], stop).ConfigureAwait(false);
        var byId = new Dictionary<long, VastInstance>();
        foreach (JObject row in rows)
        {
            VastInstance instance = Read(row)
                ?? throw ApiFailures.Unreadable(new ApiCall(VastRoutes.ListInstances, Repeat.Safe), "it lists an instance without an id");

            // A list that changes between two pages can name one twice.
            byId[instance.InstanceId] = instance;
        }

        return [.. byId.Values];
    }

    // A server of several parts may not know yet, or not show for a moment, what another part of it has.
    private static readonly TimeSpan s_secondLook = TimeSpan.FromSeconds(3);

    /// <summary>One instance, or null once it is gone: the server does not know its id, or does not show it in two looks.</summary>
    public async Task<VastInstance?> FindInstanceAsync(long instanceId, CancellationToken stop)
    {
        if (instanceId <= 0)
        {
            return null;
        }

        (VastInstance? seen, bool isCertain) = await LookAsync(instanceId, stop).ConfigureAwait(false);
        if (seen is null && !isCertain)
        {
            await Task.Delay(s_secondLook, clock, stop).ConfigureAwait(false);
            (seen, _) = await LookAsync(instanceId, stop).ConfigureAwait(false);
        }

        return seen;
    }

    private async Task<(VastInstance? Seen, bool IsCertain)> LookAsync(long instanceId, CancellationToken stop)
    {
        var call = new ApiCall(
            VastRoutes.ReadInstance, Repeat.Safe) { Id = instanceId, NotFound = VastReason.InstanceNotFound, Query = [("owner", "me")] };
        JToken body;
        try
        {
            body = await SendAsync(call, stop).ConfigureAwait(false);
        }
        catch (VastException none) when (none.Reason == VastReason.InstanceNotFound)
        {
            return (null, true);
        }

        // The key is plural and holds one object, null once the instance is gone.
        JToken? found = body is JObject fields && fields.TryGetValue("instances", StringComparison.Ordinal, out JToken? value)
            ? value
            : throw ApiFailures.Unreadable(call, "it has no 'instances'");
        JObject? row = found switch
        {
            JObject one => one,
            JArray list => list.OfType<JObject>().FirstOrDefault(o => o["id"] is JValue { Value: long id } && id == instanceId),
            _ => null,
        };
        return row is null
            ? (null, false)
            : (Read(row) ?? throw ApiFailures.Unreadable(call, "its instance has no id"), true);
    }

    /// <summary>
    /// Rents. Sent exactly once, whatever happens: an error with IsUncertain may have rented all the same, one with
    /// GhostInstanceId has left an instance behind.
    /// </summary>
    public async Task<CreateAnswer> CreateInstanceAsync(CreateRequest request, CancellationToken stop)
    {
        ApiEndpoint.DemandPaidCallsAllowed($"renting offer {request.OfferId}");
        var call = new ApiCall(VastRoutes.CreateInstance, Repeat.Never)
        {
            Id = request.OfferId,
            NotFound = VastReason.OfferGone,
            Body = Json(WireMap.Create(request)),
        };
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return body is JObject fields && fields["new_contract"] is JValue value
            && long.TryParse(value.ToString(System.Globalization.CultureInfo.InvariantCulture), out long id) && id > 0
            ? new CreateAnswer(id)
            : throw ApiFailures.Unreadable(call, "it names no new instance");
    }

    /// <summary>Asks the server to start an instance, which costs money, or to stop it. It answers at once; the state follows.</summary>
    public Task SetStateAsync(long instanceId, bool running, CancellationToken stop)
    {
        if (running)
        {
            ApiEndpoint.DemandPaidCallsAllowed($"starting instance {instanceId}");
        }

        return SendAsync(Change(
            VastRoutes.ChangeInstance,
            running ? Repeat.WhenRefused : Repeat.Safe,
            instanceId,
            new { state = running ? "running" : "stopped" }), stop);
    }

    public Task SetLabelAsync(long instanceId, string label, CancellationToken stop) =>
        SendAsync(Change(VastRoutes.ChangeInstance, Repeat.Safe, instanceId, new { label }), stop);

    /// <summary>Stops and starts the container, keeping the GPU.</summary>
    public Task RebootAsync(long instanceId, CancellationToken stop) =>
        SendAsync(Change(VastRoutes.RebootInstance, Repeat.WhenRefused, instanceId, new { }), stop);

    /// <summary>Changes what an interruptible instance bids, in USD per hour.</summary>
    public Task ChangeBidAsync(long instanceId, decimal pricePerHour, CancellationToken stop)
    {
        ApiEndpoint.DemandPaidCallsAllowed($"bidding for instance {instanceId}");
        return SendAsync(
            Change(VastRoutes.ChangeBid, Repeat.WhenRefused, instanceId, new { client_id = "me", price = pricePerHour }), stop);
    }

    /// <summary>Asks the server to destroy an instance and its data. Whether it is gone only a later look tells.</summary>
    public Task DestroyAsync(long instanceId, CancellationToken stop) =>
        SendAsync(Change(VastRoutes.DestroyInstance, Repeat.Safe, instanceId, new { }), stop);

    private VastInstance? Read(JObject row)
    {
        if (WireMap.Instance(row, clock.GetUtcNow()) is not { } instance)
        {
            return null;
        }

        instance.IsSimulated = Endpoint.Source == VastKeySource.Simulator;
        return instance;
    }

    private static ApiCall Change(ApiRoute route, Repeat repeat, long instanceId, object body) =>
        new(route, repeat) { Id = instanceId, NotFound = VastReason.InstanceNotFound, Body = Json(body) };
}
