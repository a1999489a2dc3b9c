using System.Globalization;
using Newtonsoft.Json.Linq;
using VastPS.Basics;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    private const int LogTries = 30;

    private static readonly TimeSpan s_logWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_oneFetch = TimeSpan.FromSeconds(30);

    /// <summary>The end of an instance's log.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="tail">Lines from the end; null for what the server usually gives.</param>
    /// <param name="filter">Text that lines must contain.</param>
    /// <param name="daemon">The host's own log instead of the container's: image pull and start errors.</param>
    /// <param name="stop">Stops the waiting.</param>
    public async Task<string> GetLogAsync(long instanceId, int? tail, string? filter, bool daemon, CancellationToken stop)
    {
        var asked = new Dictionary<string, string>(StringComparer.Ordinal);
        if (tail is { } lines)
        {
            asked["tail"] = lines.ToString(CultureInfo.InvariantCulture);
        }

        if (filter is not null)
        {
            asked["filter"] = filter;
        }

        if (daemon)
        {
            asked["daemon_logs"] = "true";
        }

        Uri server = endpoint().Address;
        ApiCall call = Change(VastRoutes.RequestLog, Repeat.Safe, instanceId, asked);
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        Uri link = body is JObject fields && (fields["result_url"] as JValue)?.Value is string text && MayFetch(text, server) is { } good
            ? good
            : throw ApiFailures.Unreadable(call, "it holds no link that may be followed");
        return await FetchAsync(link, instanceId, stop).ConfigureAwait(false);
    }

    // The store answers 403 or 404 until the host has delivered.
    private async Task<string> FetchAsync(Uri link, long instanceId, CancellationToken stop)
    {
        ApiAnswer answer = new(0, "");
        await Poll.TimesAsync(LogTries, IsFinalAsync, s_logWait, clock, stop).ConfigureAwait(false);
        return answer.Status == 200
            ? answer.Text
            : throw new VastException(
                VastReason.LogNotReady, instanceId, $"{link.Host} answers {answer.Status}") { StatusCode = answer.Status };

        async Task<bool> IsFinalAsync()
        {
            answer = await NetworkAsync(() => FetchOnceAsync(link, stop), "the log", link, stop).ConfigureAwait(false);
            return answer.Status is not (403 or 404 or 429 or >= 500);
        }
    }

    private async Task<ApiAnswer> FetchOnceAsync(Uri link, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(s_oneFetch, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        return await ApiTransport.FetchAsync(link, both.Token).ConfigureAwait(false);
    }

    // A link comes from the server: it leads to https, or back to the very server when that is on this computer.
    private static Uri? MayFetch(string text, Uri server) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? link) && link.UserInfo.Length == 0
        && ((link.Scheme == Uri.UriSchemeHttps && !link.IsLoopback) || (server.IsLoopback && ApiEndpoint.SameServer(link, server)))
            ? link
            : null;
}
