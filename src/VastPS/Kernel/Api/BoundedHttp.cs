using System.Net.Http.Headers;
using System.Reflection;

namespace VastPS.Kernel.Api;

/// <summary>An answer as bytes, read to its end or to the given length.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">What was read of the body.</param>
/// <param name="IsCut">True where there was more than was asked for.</param>
/// <param name="Redirect">Where the answer sends to; null where it does not.</param>
/// <param name="Headers">Headers by name.</param>
internal sealed record HttpBytes(int Status, byte[] Body, bool IsCut, Uri? Redirect, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// The only place that opens HTTP. No redirects, no cookies, bounded answers; a proxy only for what is not on this computer.
/// </summary>
internal static class BoundedHttp
{
    // Even a modem of the eighties gives more: what is slower never ends, and would hold a command for as long as a call may take.
    private const double LeastBytesPerSecond = 100;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private static readonly HttpClient s_direct = Open(useProxy: false);
    private static readonly HttpClient s_outside = Open(useProxy: true);

    /// <summary>Sends a request once and reads so many bytes of its answer at most.</summary>
    /// <exception cref="InvalidDataException">The answer hardly comes at all.</exception>
    public static async Task<HttpBytes> SendAsync(HttpRequestMessage request, int most, TimeProvider clock, CancellationToken stop)
    {
        HttpClient client = request.RequestUri!.IsLoopback ? s_direct : s_outside;
        using HttpResponseMessage response =
            await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        await using Stream content = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        (byte[] body, bool cut) = await ReadAsync(content, most, clock, stop).ConfigureAwait(false);
        return new HttpBytes(
            (int)response.StatusCode,
            body,
            cut,
            (int)response.StatusCode is >= 300 and < 400 ? response.Headers.Location : null,
            response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Bytes to their end, or as many as asked for where there are more.</summary>
    /// <param name="body">What comes.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="clock">Tells how slowly it comes.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="InvalidDataException">It hardly comes at all.</exception>
    public static async Task<(byte[] Body, bool IsCut)> ReadAsync(Stream body, int most, TimeProvider clock, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        byte[] part = new byte[81920];
        long began = clock.GetTimestamp();
        int read;
        while ((read = await body.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, most + 1L - bytes.Length)),
            stop).ConfigureAwait(false)) > 0)
        {
            bytes.Write(part, 0, read);
            if (bytes.Length > most)
            {
                return (bytes.GetBuffer()[..most], true);
            }

            TimeSpan taken = clock.GetElapsedTime(began);
            if (taken > s_grace && bytes.Length < taken.TotalSeconds * LeastBytesPerSecond)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"it drips: {bytes.Length} bytes in {taken.TotalSeconds:0} s"));
            }
        }

        return (bytes.ToArray(), false);
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
        string version = typeof(BoundedHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("vastps", version.Split('+')[0]));
        return client;
    }
#pragma warning restore RS0030
}
