using System.Text.Json;
using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>A model of the catalogue.</summary>
/// <param name="Name">As the hub spells it.</param>
/// <param name="Card">What is known of it.</param>
/// <param name="PublishedParameters">Its published number of parameters.</param>
internal sealed record CatalogueEntry(string Name, ModelCard Card, long PublishedParameters)
{
    public ModelShape Shape => Card.Shape;
}

/// <summary>The built-in shapes of widely used open models, under the names of the Hugging Face hub.</summary>
internal static class ModelCatalogue
{
    private const int MostNamed = 5;

    private static readonly Lazy<IReadOnlyList<CatalogueEntry>> s_models = new(Load);
    private static readonly Lazy<Dictionary<string, CatalogueEntry>> s_byName =
        new(() => s_models.Value.ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase));

    public static IReadOnlyList<CatalogueEntry> All => s_models.Value;

    /// <summary>All names, as the hub spells them.</summary>
    public static IEnumerable<string> Names => s_models.Value.Select(m => m.Name);

    /// <summary>Parameters of a model of the catalogue as they are counted from its fields, whatever is published.</summary>
    public static long Counted(string name)
    {
        using var document = JsonDocument.Parse(EmbeddedText.Read("models.json"));
        return ModelConfig.Read(document.RootElement.GetProperty("models").GetProperty(name), name).Parameters;
    }

    /// <summary>The model of a name, by every rule; throws ModelUnknown with the names of its family.</summary>
    public static CatalogueEntry Find(string name)
    {
        string plain = ModelNameRule.Plain(name);
        return Exact(plain) ?? Alike(plain) ?? throw Unknown(name, "");
    }

    /// <summary>
    /// The model of exactly this name. The owner may be left out or be a mirror, and tuned variants have the shape of their base:
    /// "unsloth/Llama-3.1-8B-Instruct" finds "meta-llama/Llama-3.1-8B".
    /// </summary>
    public static CatalogueEntry? Exact(string plain)
    {
        if (s_byName.Value.TryGetValue(plain, out CatalogueEntry? whole))
        {
            return whole;
        }

        IReadOnlyList<string> shape = ModelNameRule.Shape(plain);
        return StoredWeightsRule.OfName(plain).Length > 0 ? null
            : s_models.Value.FirstOrDefault(m => ModelNameRule.Shape(m.Name).SequenceEqual(shape));
    }

    /// <summary>
    /// The model that a name means without its date, version and packing; a name without an owner may also leave out what only one model
    /// has. Null where none or more than one is meant.
    /// </summary>
    public static CatalogueEntry? Alike(string plain)
    {
        if (ModelNameRule.Nickname(plain) is { } nickname && s_byName.Value.TryGetValue(nickname, out CatalogueEntry? known))
        {
            return known;
        }

        IReadOnlyList<string> core = ModelNameRule.Core(plain);
        CatalogueEntry? found = s_models.Value.FirstOrDefault(m => ModelNameRule.Core(m.Name).SequenceEqual(core))
            ?? s_models.Value.LastOrDefault(m => ModelNameRule.Root(m.Name).SequenceEqual(core));
        if (found is null && ModelNameRule.OnHub(plain) is null)
        {
            CatalogueEntry[] holding = [.. s_models.Value.Where(m => ModelNameRule.Holds(m.Name, plain)).Take(2)];
            found = holding is [var only] ? only : null;
        }

        return found is not null && StoredWeightsRule.OfName(plain) is { Length: > 0 } packed
            ? found with { Card = found.Card with { StoredAs = packed } }
            : found;
    }

    /// <summary>The error for a name that means nothing here.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="hub">What a hub said of it, as a part of the sentence.</param>
    public static VastException Unknown(string name, string hub)
    {
        string plain = ModelNameRule.Plain(name);
        if (ModelNameRule.IsConvolution(plain))
        {
            return new VastException(VastReason.ModelNotCounted, name, "networks of convolutions have no layers and tokens to count by");
        }

        IReadOnlyList<string> near = ModelNameRule.Near(plain, Names);
        return new VastException(VastReason.ModelUnknown, name, hub + (near.Count == 0
            ? "; none of that family is built in"
            : $"; near it are {string.Join(", ", near.Take(MostNamed))}"));
    }

    private static List<CatalogueEntry> Load()
    {
        using var document = JsonDocument.Parse(EmbeddedText.Read("models.json"));
        return [.. document.RootElement.GetProperty("models").EnumerateObject().Select(Read)];
    }

    private static CatalogueEntry Read(JsonProperty model)
    {
        long published = model.Value.GetProperty("parameters").GetInt64();
        ModelCard card = ModelConfig.Read(model.Value, model.Name);
        string[] encoders = [.. (new ConfigFields(model.Value, model.Name).Items("text_encoders") ?? []).Select(e => e.GetString()!)];
        ModelShape shape = card.IsOpen
            ? card.Shape with { OtherParameters = card.Shape.OtherParameters + Math.Max(0, published - card.Parameters) }
            : card.Shape;
        return new CatalogueEntry(
            model.Name,
            card with
            {
                Shape = shape,
                Parameters = published,
                Parts = encoders.Length == 0 ? card.Parts : [$"text encoders beside it: {string.Join(", ", encoders)}"],
            },
            published);
    }
}
