using VastPS.Kernel.Hub;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Estimation;

/// <summary>A model that was found under a name.</summary>
/// <param name="Name">As the catalogue or the hub spells it.</param>
/// <param name="Card">What is known of it.</param>
/// <param name="Notes">What the user should hear.</param>
internal sealed record FoundModel(string Name, ModelCard Card, IReadOnlyList<string> Notes);

/// <summary>
/// Finds a model by its name: in the catalogue where it stands there, else at the hub, whose answer is kept; where the hub does not
/// help, a model of the catalogue that differs in date, version or packing alone, and a word about that.
/// </summary>
/// <param name="source">Where hub and token are found.</param>
/// <param name="notes">What hubs said before.</param>
/// <param name="clock">For the limits of a look-up.</param>
internal sealed class ModelLookupFlow(HubSource source, HubNotes notes, TimeProvider clock)
{
    /// <summary>Finds it.</summary>
    /// <param name="typed">Its name as typed.</param>
    /// <param name="offline">True where nobody may be asked.</param>
    /// <param name="stop">Ends the look-up.</param>
    public async Task<FoundModel> FindAsync(string typed, bool offline, CancellationToken stop)
    {
        string plain = ModelNameRule.Plain(typed);
        if (ModelCatalogue.Exact(plain) is { } exact)
        {
            return Found(exact);
        }

        if (ModelNameRule.OnHub(plain) is not { } name)
        {
            return Found(ModelCatalogue.Find(typed));
        }

        HubEndpoint endpoint = source.Resolve();
        HubFacts? kept = HubFacts.FromJson(notes.Read(endpoint.Address.ToString(), name));
        if (kept is not null)
        {
            return Of(kept);
        }

        if (offline)
        {
            return Likeness(plain, "-Offline: no hub was asked") ?? throw ModelCatalogue.Unknown(typed, ", and no hub was asked (-Offline)");
        }

        try
        {
            if (await new HubReadFlow(new HubClient(endpoint, clock)).AskAsync(name, stop) is { } facts)
            {
                FoundModel found = Of(facts);
                notes.Keep(endpoint.Address.ToString(), name, facts.ToJson());
                return found;
            }
        }
        catch (VastException e) when (e.Reason is VastReason.HubUnreachable or VastReason.HubUnreadable or VastReason.ModelGated)
        {
            if (Likeness(plain, e.Message) is { } like)
            {
                return like;
            }

            // Without a network the catalogue is all there is: what it has near the name helps more than the word of the network.
            if (e.Reason == VastReason.HubUnreachable)
            {
                VastException none = ModelCatalogue.Unknown(typed, $", and the hub {endpoint} could not be asked ({e.Facts[0]})");
                throw VastException.Because(e, none.Reason, none.Target, [.. none.Facts]);
            }

            throw;
        }

        return Likeness(plain, $"{endpoint} knows no {name}")
            ?? throw ModelCatalogue.Unknown(typed, $", and {endpoint} knows none of that name");
    }

    private static FoundModel Found(CatalogueEntry entry) => new(entry.Name, entry.Card, []);

    private static FoundModel? Likeness(string plain, string why) => ModelCatalogue.Alike(plain) is { } like
        ? Found(like) with { Notes = [Texts.TakenFor(plain, like.Name, why)] }
        : null;

    private static FoundModel Of(HubFacts facts)
    {
        if (facts.Config is null)
        {
            return FromFiles(facts);
        }

        ModelCard card;
        try
        {
            card = ModelConfig.Read(facts.Config, facts.Name);
        }
        catch (VastException e) when (e.Reason == VastReason.ModelNotCounted && Held(facts) is { } held)
        {
            throw new VastException(VastReason.ModelNotCounted, facts.Name, $"{e.Facts[0]}; its files hold {held / 1e9:0.00} B parameters");
        }

        card = card.StoredAs.Length > 0 ? card : card with { StoredAs = StoredWeightsRule.OfName(facts.Name) };
        card = ModelAgreementRule.Agree(card, facts.Tensors(), facts.Name);
        if (facts.Pipeline is not null)
        {
            card = card with { Parts = PipelineRule.Parts(facts.Pipeline) };
        }

        card = card.StoredAs.Length > 0 && facts.Tensors().Words is { Length: > 0 } types
            ? card with { StoredAs = $"{card.StoredAs} ({types})" }
            : card;
        return new FoundModel(facts.Name, card, card.Notes);
    }

    // Files of llama.cpp, or tensors alone: the shape is that of the model that they were made of.
    private static FoundModel FromFiles(HubFacts facts)
    {
        CatalogueEntry? origin = (facts.MadeOf is { } first ? ModelCatalogue.Exact(first) ?? ModelCatalogue.Alike(first) : null)
            ?? ModelCatalogue.Alike(facts.Name);
        if (origin is null)
        {
            string made = facts.MadeOf is { } known ? $"; it was made of {known}, which may be read instead" : "";
            string held = Held(facts) is { } count ? $"; its files hold {count / 1e9:0.00} B parameters" : "";
            throw new VastException(VastReason.ModelNotCounted, facts.Name, "it has no config.json" + held + made);
        }

        string stored = StoredWeightsRule.OfName(facts.Name) is { Length: > 0 } named ? named : facts.GgufParameters is null ? "" : "gguf";
        return new FoundModel(
            facts.Name,
            origin.Card with { StoredAs = stored, Parameters = facts.GgufParameters ?? origin.Card.Parameters },
            [Texts.TakenFor(facts.Name, origin.Name, "it has no config.json")]);
    }

    private static double? Held(HubFacts facts) =>
        facts.Unpacked ?? facts.GgufParameters ?? (facts.ByType?.Values.Sum() is { } sum ? sum : facts.Bytes / 2);
}
