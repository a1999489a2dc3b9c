using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using VastPS.Basics;

namespace VastPS.Kernel.Api;

/// <summary>
/// The client of the Vast API. Each call takes the address and key that hold at that moment.
/// Every failure is a <see cref="VastException"/>; cancellation is immediate.
/// </summary>
internal sealed partial class VastApiClient(Func<ApiEndpoint> endpoint, Resilience resilience, TimeProvider clock, WireTrace? trace = null)
{
    private const int MostPages = 400;

    /// <summary>The address and key of the next call.</summary>
    public ApiEndpoint Endpoint => endpoint();

    /// <summary>The server as local records name it: ids of two servers are different things.</summary>
    public string Server => Endpoint.Address.Authority;

    /// <summary>A mark of the key that tells nothing about it: what is not listed for one account may be for another.</summary>
    public string KeyMark => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("vastps-account-" + Endpoint.Key)))[..12];

    /// <summary>A client for the same account whose calls pass a window.</summary>
    public VastApiClient Within(CallWindow window) => new(endpoint, resilience.Within(window), clock, trace);

    private async Task<JToken> SendAsync(ApiCall call, CancellationToken stop) =>
        (await SendCountedAsync(call, stop).ConfigureAwait(false)).Body;

    private async Task<(JToken Body, int Tries)> SendCountedAsync(ApiCall call, CancellationToken stop)
    {
        ApiEndpoint pair = endpoint();

        // The key travels in a header and is in no address; of the bodies only that of a search holds nothing of the user's.
        trace?.Detail($"request {call.Route.Method} {call.Address(pair.Address)}"
            + (call.Route == VastRoutes.SearchOffers ? " " + call.Body : ""));
        (ApiAnswer answer, int tries) =
            await NetworkAsync(() => resilience.SendAsync(call, pair, stop), call.ToString(), pair.Address, stop).ConfigureAwait(false);
        trace?.Detail($"answer {answer.Status} to {call}, {answer.Text.Length} characters" + (tries > 1 ? $", attempt {tries}" : ""));
        if (ApiFailures.Of(answer, call, pair) is { } failure)
        {
            // Who stops a wait for the next try hears of the stop, not of the try before.
            if (call.Repeat != Repeat.Never)
            {
                stop.ThrowIfCancellationRequested();
            }

            // A destroy whose answer was lost has worked if the second try finds nothing.
            bool goneAlready = call.Route == VastRoutes.DestroyInstance && tries > 1 && failure.Reason == VastReason.InstanceNotFound;
            return goneAlready ? (new JObject(), tries) : throw failure;
        }

        try
        {
            return (LenientJson.Parse(answer.Text), tries);
        }
        catch (FormatException e)
        {
            throw ApiFailures.Unreadable(call, e.Message, e);
        }
    }

    private static async Task<T> NetworkAsync<T>(Func<Task<T>> send, string what, Uri server, CancellationToken stop)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested && ApiFailures.Of(e, what, server) is not null)
        {
            throw ApiFailures.Of(e, what, server)!;
        }
    }

    /// <summary>Follows next_token to the last page.</summary>
    private async Task<List<JObject>> SendPagedAsync(
        ApiRoute route, string rows, IReadOnlyList<(string Name, string Value)> query, CancellationToken stop)
    {
        var all = new List<JObject>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        (string Name, string Value)[] place = [];
        for (int page = 0; page < MostPages; page++)
        {
            var call = new ApiCall(route, Repeat.Safe) { Query = [.. query, .. place] };
            JToken body = await SendAsync(call, stop).ConfigureAwait(false);
            int before = all.Count;
            all.AddRange(Rows(body, rows, call));
            if ((body["next_token"] as JValue)?.Value is not { } next || next.ToString() is not { Length: > 0 } token)
            {
                return all;
            }

            if (!seen.Add(token) || all.Count == before)
            {
                throw ApiFailures.Unreadable(call, "its pages do not end");
            }

            place = [("after_token", token)];
        }

        throw ApiFailures.Unreadable(new ApiCall(route, Repeat.Safe), $"it has more than {MostPages} pages");
    }

    private static IEnumerable<JObject> Rows(JToken body, string name, ApiCall call) =>
        body is JObject fields && fields[name] is JArray rows
            ? rows.OfType<JObject>()
            : throw ApiFailures.Unreadable(call, $"it has no list '{name}'");

    private static string Json(object value) => JsonConvert.SerializeObject(value);
}
