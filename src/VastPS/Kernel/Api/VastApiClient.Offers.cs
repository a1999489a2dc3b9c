using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    private static readonly TimeSpan s_namesLast = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<string> Names)> _names = new();

    /// <summary>Offers that match, in the order asked for.</summary>
    public async Task<IReadOnlyList<VastOffer>> SearchOffersAsync(OfferSearch search, CancellationToken stop)
    {
        var found = new List<VastOffer>();
        foreach (IReadOnlyDictionary<string, object?> part in search.Bodies())
        {
            var call = new ApiCall(VastRoutes.SearchOffers, Repeat.Safe) { Body = Json(part) };
            JToken body = await SendAsync(call, stop).ConfigureAwait(false);
            found.AddRange(Rows(body, "offers", call)
                .Select(row => WireMap.Offer(row, search.Type, search.DiskGB, clock.GetUtcNow()))
                .OfType<VastOffer>());
        }

        return search.Arrange(found);
    }

    /// <summary>One offer with its price for diskGB of disk, or null once it cannot be rented any more.</summary>
    public async Task<VastOffer?> FindOfferAsync(long offerId, double diskGB, VastOfferType type, CancellationToken stop)
    {
        return (await FindOffersAsync([offerId], diskGB, type, stop).ConfigureAwait(false)).GetValueOrDefault(offerId);
    }

    /// <summary>
    /// Offers by their ids, as far as they can be rented. As documented the server leaves out machines on which the account rents
    /// already: what is missing is asked for once more, with those.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, VastOffer>> FindOffersAsync(
        IReadOnlyList<long> offerIds, double diskGB, VastOfferType type, CancellationToken stop)
    {
        var found = new Dictionary<long, VastOffer>();
        foreach (bool onOwnMachines in new[] { false, true })
        {
            if (offerIds.Where(id => !found.ContainsKey(id)).ToArray() is { Length: > 0 } missing)
            {
                OfferSearch search = OfferSearch.ForOffers(missing, diskGB, type, onOwnMachines);
                foreach (VastOffer offer in await SearchOffersAsync(search, stop).ConfigureAwait(false))
                {
                    found[offer.OfferId] = offer;
                }
            }
        }

        return found;
    }

    /// <summary>Every GPU name the server knows; asked for once an hour.</summary>
    public async Task<IReadOnlyList<string>> GetGpuNamesAsync(CancellationToken stop)
    {
        string server = endpoint().Address.Authority;
        DateTimeOffset now = clock.GetUtcNow();
        if (_names.TryGetValue(server, out var known) && now - known.At < s_namesLast)
        {
            return known.Names;
        }

        var call = new ApiCall(VastRoutes.GpuNames, Repeat.Safe);
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        string[] names = body is JObject fields && fields["gpu_names"] is JArray list
            ? [.. list.OfType<JValue>().Select(v => v.Value).OfType<string>().Select(n => n.Trim()).Where(n => n.Length > 0)]
            : throw ApiFailures.Unreadable(call, "it has no list 'gpu_names'");
        _names[server] = (now, names);
        return names;
    }
}
