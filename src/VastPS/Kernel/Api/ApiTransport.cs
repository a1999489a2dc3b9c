using System.Net.Http.Headers;
using System.Text;

namespace VastPS.Kernel.Api;

/// <summary>Calls to the server of Vast: with the key that belongs to it, and to no other host while the simulator runs.</summary>
internal static class ApiTransport
{
    private const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>Sends a call with its key, once.</summary>
    public static async Task<ApiAnswer> SendAsync(ApiCall call, ApiEndpoint endpoint, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Route.Method, call.Address(endpoint.Address));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoint.Key);
        if (call.Route.Method != HttpMethod.Get)
        {
            request.Content = new StringContent(call.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return await SendAsync(request, stop).ConfigureAwait(false);
    }

    /// <summary>Fetches a link without any credentials, once.</summary>
    public static async Task<ApiAnswer> FetchAsync(Uri link, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        return await SendAsync(request, stop).ConfigureAwait(false);
    }

    private static async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        ApiEndpoint.DemandReachable(request.RequestUri!);
        HttpBytes answer = await BoundedHttp.SendAsync(request, LargestAnswer, TimeProvider.System, stop).ConfigureAwait(false);
        return answer.IsCut
            ? throw new InvalidDataException("it is larger than 64 MiB")
            : new ApiAnswer(
                answer.Status,
                Encoding.UTF8.GetString(answer.Body),
                answer.Redirect is { IsAbsoluteUri: true } there ? there.Host : answer.Redirect?.OriginalString);
    }
}
