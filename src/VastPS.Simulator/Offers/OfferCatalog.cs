using System.Text.Json;
using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>All offers of a simulator: made up from a seed, or read from a file of captures.</summary>
internal sealed class OfferCatalog
{
    private const int Machines = 90;

    private OfferCatalog(List<SimOffer> offers, Dictionary<long, double> rates)
    {
        Offers = offers;
        Rates = rates;
    }

    public IReadOnlyList<SimOffer> Offers { get; }

    /// <summary>Real download rate by machine in bytes a second, whatever the machine advertises.</summary>
    public IReadOnlyDictionary<long, double> Rates { get; }

    /// <summary>Made-up offers that repeat for a seed; about 200 on 90 machines.</summary>
    public static OfferCatalog Make(int seed, DateTimeOffset now)
    {
        Random dice = new(seed);
        List<SimOffer> offers = [];
        Dictionary<long, double> rates = [];
        long offerId = 30_000_000 + (dice.Next(1000) * 1000);
        long gpuId = 100_000 + dice.Next(50_000);
        for (int i = 0; i < Machines; i++)
        {
            MachineMaker machine = new(dice, i, now);
            // Advertised speeds say little: most real links are 200 to 400 Mb/s, and every ninth machine is a 170 KB/s one.
            rates[machine.MachineId] = i % 9 == 4 ? 170_000 : (25 + (dice.NextDouble() * 25)) * 1e6;
            foreach (JsonObject fields in machine.Slices(ref offerId, ref gpuId))
            {
                offers.Add(new SimOffer(fields));
            }
        }

        return new OfferCatalog(offers, rates);
    }

    /// <summary>Captured offers: <c>{"offers":[..]}</c>, a list, or one offer.</summary>
    /// <exception cref="InvalidDataException">The file holds no offers.</exception>
    public static OfferCatalog Load(string path, int seed)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not JSON: {error.Message}", error);
        }

        JsonArray? list = root as JsonArray
            ?? (root as JsonObject)?["offers"] as JsonArray
            ?? (root is JsonObject one && one.ContainsKey("id") ? new JsonArray(one.DeepClone()) : null);
        List<SimOffer> offers = list is null ? [] : [.. list.OfType<JsonObject>().Select(row => new SimOffer(Json.Copy(row)))];
        if (offers.Count == 0)
        {
            throw new InvalidDataException($"'{path}' holds no offers.");
        }

        Random dice = new(seed);
        Dictionary<long, double> rates = offers.Select(offer => offer.MachineId).Distinct()
            .ToDictionary(id => id, _ => (25 + (dice.NextDouble() * 25)) * 1e6);
        return new OfferCatalog(offers, rates);
    }
}
