using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using VastPS.Kernel.Api;

namespace VastPS.Kernel.Hub;

/// <summary>One answer of a hub.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Its bytes, no more than were asked for.</param>
/// <param name="ErrorCode">What the hub calls the error, as GatedRepo; empty where it names none.</param>
internal sealed record HubAnswer(int Status, byte[] Body, string ErrorCode)
{
    public bool IsGood => Status is 200 or 206;

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// The door to a hub of models. It reads small texts and the beginnings of large files, a few a look-up, all in bounded time and
/// size, and follows redirects without the token. Made for one look-up.
/// </summary>
internal sealed class HubClient(HubEndpoint endpoint, TimeProvider clock)
{
    /// <summary>Requests of one look-up.</summary>
    public const int MostRequests = 4;

    private const int MostRedirects = 5;
    private const int MostBytes = 1_900_000;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly long _began = clock.GetTimestamp();
    private int _requests;
    private int _bytes;

    public HubEndpoint Endpoint => endpoint;

    /// <summary>True where one more request is allowed.</summary>
    public bool MayAsk => _requests < MostRequests;

    /// <summary>What the hub says about a model.</summary>
    public Task<HubAnswer> AboutAsync(string model, CancellationToken stop) => GetAsync($"/api/models/{model}", null, stop);

    /// <summary>A small file of a model, whole.</summary>
    public Task<HubAnswer> FileAsync(string model, string file, CancellationToken stop) =>
        GetAsync($"/{model}/resolve/main/{file}", null, stop);

    /// <summary>The first bytes of a file of a model.</summary>
    public Task<HubAnswer> HeadAsync(string model, string file, int bytes, CancellationToken stop) =>
        GetAsync($"/{model}/resolve/main/{file}", bytes, stop);

    /// <exception cref="VastException">HubUnreachable, HubUnreadable.</exception>
    private async Task<HubAnswer> GetAsync(string path, int? first, CancellationToken stop)
    {
        if (!MayAsk)
        {
            throw new InvalidOperationException("A look-up has no more requests.");
        }

        _requests++;
        TimeSpan left = s_longest - clock.GetElapsedTime(_began);
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            return await FollowAsync(new Uri(endpoint.Address.ToString().TrimEnd('/') + path), first, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Unreachable($"it gave no whole answer within {s_longest.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            throw Unreachable(ApiFailures.Shown(e.GetBaseException().Message));
        }
    }

    private async Task<HubAnswer> FollowAsync(Uri address, int? first, CancellationToken stop)
    {
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            HttpBytes answer = await OnceAsync(address, hop == 0 ? endpoint.Token : null, first, stop).ConfigureAwait(false);
            if (answer.Redirect is not { } next)
            {
                return answer.IsCut && first is null
                    ? throw Unreadable("it is larger than anything that was asked for")
                    : new HubAnswer(answer.Status, answer.Body, answer.Headers.GetValueOrDefault("X-Error-Code", ""));
            }

            address = next.IsAbsoluteUri ? next : new Uri(address, next);
            if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            {
                throw Unreadable($"it redirects to {address.Scheme}://{address.Host}, and only https is followed");
            }
        }

        throw Unreadable($"it redirects more than {MostRedirects} times");
    }

    private async Task<HttpBytes> OnceAsync(Uri address, string? token, int? first, CancellationToken stop)
    {
        int most = Math.Min(first ?? int.MaxValue, MostBytes - _bytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (first is { } bytes)
        {
            // Compressed ranges could not be unpacked from their middle.
            request.Headers.Range = new RangeHeaderValue(0, bytes - 1);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        HttpBytes answer = await BoundedHttp.SendAsync(request, most, clock, stop).ConfigureAwait(false);
        _bytes += answer.Body.Length;
        return answer;
    }

    private VastException Unreachable(string why) => new(VastReason.HubUnreachable, endpoint.Host, why);

    /// <summary>An answer that is no answer of a hub.</summary>
    public VastException Unreadable(string why) => new(VastReason.HubUnreadable, endpoint.Host, why);
}
