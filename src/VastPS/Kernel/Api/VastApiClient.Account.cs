using Newtonsoft.Json.Linq;
using VastPS.Kernel.Api.Wire;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    /// <summary>The user behind the key.</summary>
    public async Task<AccountFacts> GetAccountAsync(CancellationToken stop)
    {
        ApiEndpoint pair = endpoint();
        var call = new ApiCall(VastRoutes.Account, Repeat.Safe);
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        WireAccount wire = body is JObject ? LenientJson.To<WireAccount>(body) : throw ApiFailures.Unreadable(call, "it is no object");
        return new AccountFacts(wire.Id, wire.UserName, wire.Email, (decimal?)wire.Credit, (decimal?)wire.Balance, pair);
    }
}
