using System.Globalization;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    /// <summary>Templates: the account's own, and those that it may see.</summary>
    /// <param name="filters">Columns and what they must be.</param>
    /// <param name="stop">Ends the call.</param>
    public async Task<IReadOnlyList<VastTemplate>> GetTemplatesAsync(
        IReadOnlyDictionary<string, object> filters, CancellationToken stop)
    {
        var equal = filters.ToDictionary(f => f.Key, f => new Dictionary<string, object> { ["eq"] = f.Value });
        var call = new ApiCall(VastRoutes.ListTemplates, Repeat.Safe)
        {
            Query = [("select_cols", Json(new[] { "*" })), ("select_filters", Json(equal))],
        };
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return [.. Rows(body, "templates", call).Select(WireMap.Template).OfType<VastTemplate>()];
    }

    /// <summary>The account's volumes.</summary>
    public async Task<IReadOnlyList<VastVolume>> GetVolumesAsync(CancellationToken stop)
    {
        var call = new ApiCall(VastRoutes.ListVolumes, Repeat.Safe) { Query = [("owner", "me"), ("type", "all_volume")] };
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return [.. Rows(body, "volumes", call).Select(WireMap.Volume).OfType<VastVolume>()];
    }

    /// <summary>What can be rented as a volume of some size on a machine.</summary>
    public async Task<VolumeOffer?> FindVolumeOfferAsync(long machineId, double sizeGB, CancellationToken stop)
    {
        var call = new ApiCall(VastRoutes.SearchVolumes, Repeat.Safe)
        {
            Body = Json(new
            {
                machine_id = new { eq = machineId },
                disk_space = new { gte = sizeGB },
                allocated_storage = sizeGB,
                limit = 10,
                order = new[] { new[] { "storage_cost", "asc" } },
            }),
        };
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return Rows(body, "offers", call).Select(WireMap.VolumeOffer).FirstOrDefault(o => o?.MachineId == machineId);
    }

    /// <summary>Rents a volume. Sent exactly once; an error with IsUncertain may have rented all the same.</summary>
    public Task RentVolumeAsync(long volumeOfferId, double sizeGB, string name, CancellationToken stop)
    {
        ApiEndpoint.DemandPaidCallsAllowed("renting a volume");
        return SendAsync(
            new ApiCall(VastRoutes.RentVolume, Repeat.Never)
            {
                NotFound = VastReason.OfferGone,
                Body = Json(new { id = volumeOfferId, size = sizeGB, name }),
            },
            stop);
    }

    /// <summary>Asks the server to remove a volume and its data.</summary>
    public Task RemoveVolumeAsync(long volumeId, CancellationToken stop) => SendAsync(
        new ApiCall(VastRoutes.RemoveVolume, Repeat.Safe)
        {
            NotFound = VastReason.VolumeNotFound,
            Query = [("id", volumeId.ToString(CultureInfo.InvariantCulture))],
            Body = Json(new { id = volumeId }),
        },
        stop);

    /// <summary>Names of the account's environment variables. Their values stay at the door.</summary>
    public async Task<IReadOnlyList<string>> GetVariableNamesAsync(CancellationToken stop)
    {
        var call = new ApiCall(VastRoutes.ListVariables, Repeat.Safe);
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return body is JObject fields && fields["secrets"] is JObject secrets
            ? [.. secrets.Properties().Select(p => p.Name).Order(StringComparer.OrdinalIgnoreCase)]
            : throw ApiFailures.Unreadable(call, "it has no 'secrets'");
    }

    /// <summary>Gives the account a variable, or a variable another value.</summary>
    public Task SetVariableAsync(string name, string value, bool isNew, CancellationToken stop) => SendAsync(
        new ApiCall(isNew ? VastRoutes.AddVariable : VastRoutes.ChangeVariable, isNew ? Repeat.WhenRefused : Repeat.Safe)
        {
            Body = Json(new { key = name, value }),
        },
        stop);

    /// <summary>Takes a variable from the account.</summary>
    public Task RemoveVariableAsync(string name, CancellationToken stop) =>
        SendAsync(new ApiCall(VastRoutes.RemoveVariable, Repeat.WhenRefused) { Body = Json(new { key = name }) }, stop);
}
