using System.Text.Json;
using System.Text.RegularExpressions;
using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>A model of the catalogue.</summary>
/// <param name="Name">As the hub spells it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="PublishedParameters">Its published number of parameters.</param>
internal sealed record CatalogueEntry(string Name, ModelShape Shape, long PublishedParameters);

/// <summary>The built-in shapes of widely used open models, under the names of the Hugging Face hub.</summary>
internal static partial class ModelCatalogue
{
    private const string Diffusion = "diffusion";

    private static readonly Lazy<IReadOnlyList<CatalogueEntry>> s_models = new(Load);

    public static IReadOnlyList<CatalogueEntry> All => s_models.Value;

    /// <summary>All names, as the hub spells them.</summary>
    public static IEnumerable<string> Names => s_models.Value.Select(m => m.Name);

    /// <summary>
    /// The model of a name. The owner may be left out or be a mirror, and tuned variants have the shape of their base:
    /// "unsloth/Llama-3.1-8B-Instruct" finds "meta-llama/Llama-3.1-8B".
    /// </summary>
    public static CatalogueEntry Find(string name)
    {
        string key = Key(name);
        foreach (CatalogueEntry model in s_models.Value)
        {
            if (Key(model.Name) == key)
            {
                return model;
            }
        }

        throw new VastException(VastReason.ModelUnknown, name, string.Join(", ", Near(key)));
    }

    private static IEnumerable<string> Near(string key) => Names
        .OrderByDescending(n => SameStart(Key(n), key))
        .ThenBy(n => EditDistance.Between(Key(n), key))
        .ThenBy(n => n, StringComparer.Ordinal)
        .Take(4);

    // A family is spelt alike from its beginning; letters alone would take a stranger of the same length for near.
    private static int SameStart(string one, string other) => one.Zip(other).TakeWhile(p => p.First == p.Second).Count();

    private static string Key(string name)
    {
        string key = name.Trim().ToLowerInvariant();
        key = key[(key.LastIndexOf('/') + 1)..];
        return Variant().Replace(key, "");
    }

    [GeneratedRegex("(-(instruct|chat|it|hf|base|pt))+$")]
    private static partial Regex Variant();

    private static List<CatalogueEntry> Load()
    {
        using var document = JsonDocument.Parse(EmbeddedText.Read("models.json"));
        return [.. document.RootElement.GetProperty("models").EnumerateObject().Select(Read)];
    }

    private static CatalogueEntry Read(JsonProperty model)
    {
        long published = model.Value.GetProperty("parameters").GetInt64();
        return model.Value.GetProperty("model_type").GetString() == Diffusion
            ? new CatalogueEntry(model.Name, Approximate(model.Value, model.Name, published), published)
            : new CatalogueEntry(model.Name, ModelConfig.Parse(model.Value, model.Name), published);
    }

    // Blocks of several kinds and widths: blocks of one width that have the published number of parameters stand for them.
    private static ModelShape Approximate(JsonElement model, string name, long published)
    {
        var config = new ConfigFields(model, name);
        int hidden = config.Number("hidden_size");
        int heads = config.Number("num_attention_heads");
        var shape = new ModelShape
        {
            Layers = config.Number("num_hidden_layers"),
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = heads,
            HeadDim = ConfigFields.Quotient(hidden, heads),
            MlpWidth = 0,
            VocabSize = config.Number("in_channels"),
            TiedEmbeddings = true,
            GatedMlp = false,
            IsApproximate = true,
        };
        return shape with { MlpWidth = (int)Math.Round(shape.MlpWidthFor(published)) };
    }
}
