using VastPS.Kernel.Api;

namespace VastPS.Features.Offers;

/// <summary>Why a search finds what it finds.</summary>
internal static class OfferReport
{
    // Ids in one search.
    private const int MostAtOnce = 64;

    // As many as are counted: an account has a number of rows a day.
    private const int MostCounted = 500;

    /// <summary>For each filter how many more offers there would be without it, the most first. One search a filter.</summary>
    /// <param name="api">The server.</param>
    /// <param name="search">The search to explain.</param>
    /// <param name="typed">What was typed for a parameter, with its name.</param>
    /// <param name="onCounted">Told after each search: how many are done, of how many.</param>
    /// <param name="stop">Stops between searches.</param>
    public static async Task<IReadOnlyList<VastOfferExplanation>> ExplainAsync(
        VastApiClient api, OfferSearch search, Func<string, string> typed, Action<int, int> onCounted, CancellationToken stop)
    {
        IReadOnlyList<string> fields = search.Filters.Fields;
        int found = await CountAsync(api, search.Without(null, MostCounted), stop).ConfigureAwait(false);
        var explained = new List<VastOfferExplanation>();
        foreach (string field in fields)
        {
            onCounted(explained.Count + 1, fields.Count + 1);
            int without = await CountAsync(api, search.Without(field, MostCounted), stop).ConfigureAwait(false);
            explained.Add(new VastOfferExplanation
            {
                Field = field,
                Typed = string.Join(", ", search.Filters.Sources(field).Select(typed)),
                Filter = search.Describe(field),
                OfferCount = found,
                FreedOfferCount = Math.Max(0, without - found),
                IsAtLeast = without >= MostCounted,
            });
        }

        return [.. explained.OrderByDescending(e => e.FreedOfferCount)];
    }

    /// <summary>Reads offers again that are known by id; one search for all with the same disk and type. Missing ones are gone.</summary>
    public static async Task<IReadOnlyDictionary<OfferWanted, VastOffer>> FindAsync(
        VastApiClient api, IEnumerable<OfferWanted> wanted, CancellationToken stop)
    {
        var found = new Dictionary<OfferWanted, VastOffer>();
        foreach (var alike in wanted.Distinct().GroupBy(w => (w.DiskGB, w.Type)))
        {
            foreach (OfferWanted[] some in alike.Chunk(MostAtOnce))
            {
                IReadOnlyDictionary<long, VastOffer> there = await api.FindOffersAsync(
                    [.. some.Select(w => w.OfferId)], alike.Key.DiskGB, alike.Key.Type, stop).ConfigureAwait(false);
                foreach (VastOffer offer in there.Values)
                {
                    found[new OfferWanted(offer.OfferId, alike.Key.DiskGB, alike.Key.Type)] = offer;
                }
            }
        }

        return found;
    }

    private static async Task<int> CountAsync(VastApiClient api, OfferSearch search, CancellationToken stop) =>
        (await api.SearchOffersAsync(search, stop).ConfigureAwait(false)).Count;
}

/// <summary>An offer asked for by id, priced with a disk.</summary>
internal sealed record OfferWanted(long OfferId, double DiskGB, VastOfferType Type);
