using System.Text.Json;

namespace VastPS.Estimating;

/// <summary>Reads the shape from the text of a Hugging Face config.json.</summary>
internal static class ModelConfig
{
    // What a config leaves unsaid: the defaults of its class in transformers. HeadDim 0 means hidden size / heads.
    private sealed record Family(bool Gated, bool Tied, bool QueryKeyNorm = false, int HeadDim = 0);

    private static readonly Dictionary<string, Family> s_families = new(StringComparer.Ordinal)
    {
        ["llama"] = new(Gated: true, Tied: false),
        ["mistral"] = new(Gated: true, Tied: false),
        ["qwen2"] = new(Gated: true, Tied: false),
        ["qwen3"] = new(Gated: true, Tied: false, QueryKeyNorm: true, HeadDim: 128),
        ["gemma"] = new(Gated: true, Tied: true, HeadDim: 256),
        ["gemma2"] = new(Gated: true, Tied: true, HeadDim: 256),
        ["gemma3_text"] = new(Gated: true, Tied: true, QueryKeyNorm: true, HeadDim: 256),
        ["phi"] = new(Gated: false, Tied: false),
        ["phi3"] = new(Gated: true, Tied: false),
        ["olmo2"] = new(Gated: true, Tied: false, QueryKeyNorm: true),
        ["gpt2"] = new(Gated: false, Tied: true),
    };

    /// <summary>The shape that a config.json describes.</summary>
    /// <param name="json">Text of the file.</param>
    /// <param name="source">What the user gave, for errors.</param>
    public static ModelShape Parse(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, source);
        }
        catch (JsonException e)
        {
            throw VastException.Because(e, VastReason.ModelConfigInvalid, source, "it is not JSON");
        }
    }

    public static ModelShape Parse(JsonElement config, string source)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw new VastException(VastReason.ModelConfigInvalid, source, "it is not a JSON object");
        }

        string type = config.TryGetProperty("model_type", out JsonElement t) && t.ValueKind == JsonValueKind.String ? t.GetString()! : "";
        if (!s_families.TryGetValue(type, out Family? family))
        {
            throw new VastException(VastReason.ModelConfigInvalid, source,
                $"model_type '{type}' is none of {string.Join(", ", s_families.Keys.Order(StringComparer.Ordinal))}");
        }

        int hidden = Number("hidden_size", "n_embd");
        int heads = Number("num_attention_heads", "n_head");
        return new ModelShape
        {
            Layers = Number("num_hidden_layers", "n_layer"),
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = Optional("num_key_value_heads") ?? heads,
            HeadDim = Optional("head_dim") ?? (family.HeadDim > 0 ? family.HeadDim : Quotient(hidden, heads)),
            MlpWidth = Optional("intermediate_size") ?? Optional("n_inner") ?? (type == "gpt2" ? 4 * hidden : Number("intermediate_size")),
            VocabSize = Number("vocab_size"),
            LearnedPositions = type == "gpt2" ? Number("n_positions") : 0,
            TiedEmbeddings = config.TryGetProperty("tie_word_embeddings", out JsonElement tied) && tied.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? tied.GetBoolean()
                : family.Tied,
            GatedMlp = family.Gated,
            QueryKeyNorm = family.QueryKeyNorm,
        };

        int? Optional(string name) =>
            config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;

        int Number(params string[] names) => names.Select(Optional).FirstOrDefault(n => n is not null)
            ?? throw new VastException(VastReason.ModelConfigInvalid, source, $"it has no whole number {string.Join(" or ", names)}");

        int Quotient(int all, int parts) => parts > 0 && all % parts == 0
            ? all / parts
            : throw new VastException(VastReason.WorkloadContradicts, $"hidden_size {all}", $"num_attention_heads {parts}", "the width does not divide into the heads");
    }
}
