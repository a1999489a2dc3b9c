using System.Net.Http.Headers;
using System.Reflection;
using System.Text;

namespace VastPS.Kernel.Api;

/// <summary>
/// The only place that opens HTTP. No redirects, no cookies, bounded answers; a proxy only for what is not on this computer.
/// </summary>
internal static class ApiTransport
{
    private const int LargestAnswer = 64 * 1024 * 1024;

    // Even a modem of the eighties gives more: what is slower never ends, and would hold a command for as long as a call may take.
    private const double LeastBytesPerSecond = 100;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private static readonly HttpClient s_direct = Open(useProxy: false);
    private static readonly HttpClient s_outside = Open(useProxy: true);

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
        HttpClient client = request.RequestUri!.IsLoopback ? s_direct : s_outside;
        using HttpResponseMessage response =
            await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        Uri? redirect = (int)response.StatusCode is >= 300 and < 400 ? response.Headers.Location : null;
        return new ApiAnswer(
            (int)response.StatusCode,
            await ReadAsync(response.Content, stop).ConfigureAwait(false),
            redirect is { IsAbsoluteUri: true } ? redirect.Host : redirect?.OriginalString);
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken stop)
    {
        await using Stream body = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        byte[] part = new byte[81920];
        long began = TimeProvider.System.GetTimestamp();
        int read;
        while ((read = await body.ReadAsync(part, stop).ConfigureAwait(false)) > 0)
        {
            bytes.Write(part, 0, read);
            if (bytes.Length > LargestAnswer)
            {
                throw new InvalidDataException("it is larger than 64 MiB");
            }

            if (TimeProvider.System.GetElapsedTime(began) is var taken && taken > s_grace && bytes.Length < taken.TotalSeconds * LeastBytesPerSecond)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"it drips: {bytes.Length} bytes in {taken.TotalSeconds:0} s"));
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

#pragma warning disable RS0030 // This is the door that opens HTTP.
    private static HttpClient Open(bool useProxy)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = useProxy,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        string version = typeof(ApiTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("vastps", version.Split('+')[0]));
        return client;
    }
#pragma warning restore RS0030
}
