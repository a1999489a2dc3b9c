namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    /// <summary>What Vast charged for instances and volumes between two moments, all pages.</summary>
    public async Task<IReadOnlyList<VastCharge>> GetChargesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        string filters = Json(new
        {
            day = new { gte = from.ToUnixTimeSeconds(), lte = to.ToUnixTimeSeconds() },
            type = new Dictionary<string, string[]> { ["in"] = ["instance", "volume"] },
        });
        return (await SendPagedAsync(VastRoutes.Charges, "results", [("select_filters", filters), ("limit", "500")], stop).ConfigureAwait(
            false))
            .ConvertAll(WireMap.Charge);
    }
}
