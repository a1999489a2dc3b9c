using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>Reads the shape from the text of a Hugging Face config.json.</summary>
internal static class ModelConfig
{
    // What a config leaves unsaid: the defaults of its class in transformers. HeadDim 0 means hidden size / heads.
    private sealed record Family(bool Gated, bool Tied, bool QueryKeyNorm = false, int HeadDim = 0)
    {
        public int? Heads { get; init; }

        public int? KeyValueHeads { get; init; }

        public int? Vocabulary { get; init; }
    }

    private static readonly Family s_llama = new(Gated: true, Tied: false);
    private static readonly Family s_gpt = new(Gated: false, Tied: true);

    private static readonly IReadOnlyDictionary<string, Family> s_families = new Dictionary<string, Family>(StringComparer.Ordinal)
    {
        ["llama"] = s_llama,
        ["llama4_text"] = s_llama,
        ["mistral"] = s_llama,
        ["mixtral"] = s_llama,
        ["qwen2"] = s_llama,
        ["qwen2_moe"] = s_llama,
        ["qwen3"] = new(Gated: true, Tied: false, QueryKeyNorm: true, HeadDim: 128),
        ["qwen3_moe"] = new(Gated: true, Tied: false, QueryKeyNorm: true, HeadDim: 128),
        ["gemma"] = new(Gated: true, Tied: true, HeadDim: 256),
        ["gemma2"] = new(Gated: true, Tied: true, HeadDim: 256),
        ["gemma3_text"] =
            new(Gated: true, Tied: true, QueryKeyNorm: true, HeadDim: 256) { Heads = 8, KeyValueHeads = 4, Vocabulary = 262208 },
        ["phi"] = new(Gated: false, Tied: false),
        ["phi3"] = s_llama,
        ["phimoe"] = s_llama,
        ["olmo"] = s_llama,
        ["olmo2"] = new(Gated: true, Tied: false, QueryKeyNorm: true),
        ["smollm3"] = new(Gated: true, Tied: true),
        ["stablelm"] = s_llama,
        ["granite"] = s_llama,
        ["internlm2"] = s_llama,
        ["cohere"] = new(Gated: true, Tied: true),
        ["gpt_oss"] = s_llama,
        ["deepseek_v2"] = s_llama,
        ["deepseek_v3"] = s_llama,
        ["gpt2"] = s_gpt,
        ["gpt_bigcode"] = s_gpt,
        ["gptj"] = new(Gated: false, Tied: false),
        ["gpt_neox"] = new(Gated: false, Tied: false),
        ["falcon"] = s_gpt,
        ["opt"] = s_gpt,
        ["bloom"] = s_gpt,
        ["mpt"] = s_gpt,
        ["starcoder2"] = s_gpt,
        ["bert"] = s_gpt,
        ["roberta"] = s_gpt,
        ["xlm-roberta"] = s_gpt,
        ["deberta-v2"] = s_gpt,
        ["distilbert"] = s_gpt,
        ["modernbert"] = new(Gated: true, Tied: true),
        ["t5"] = s_gpt,
        ["vit"] = s_gpt,
        ["whisper"] = s_gpt,
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

    public static ModelShape Parse(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new VastException(VastReason.ModelConfigInvalid, source, "it is not a JSON object");
        }

        // Models that also see or hear keep their text model in an object of its own.
        var config = new ConfigFields(element, source);
        if (config.Text("model_type") is var type
            && !s_families.ContainsKey(type)
            && element.TryGetProperty("text_config", out JsonElement text))
        {
            return Parse(text, source);
        }

        if (!s_families.TryGetValue(type, out Family? family))
        {
            throw new VastException(VastReason.ModelConfigInvalid, source,
                $"model_type '{type}' is none of {string.Join(", ", s_families.Keys.Order(StringComparer.Ordinal))}");
        }

        int hidden = config.Number("hidden_size", "n_embd", "d_model", "dim");
        int heads = config.Optional("num_attention_heads")
            ?? family.Heads
            ?? config.Number("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads");
        int layers = config.Number("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers");
        var shape = new ModelShape
        {
            Layers = layers,
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = config.Is("multi_query") && !config.Is("new_decoder_architecture")
                ? 1
                : config.Optional("num_key_value_heads", "num_kv_heads") ?? family.KeyValueHeads ?? heads,
            HeadDim = config.Optional("head_dim", "d_kv", "qk_nope_head_dim")
                ?? (family.HeadDim > 0 ? family.HeadDim : ConfigFields.Quotient(hidden, heads)),
            MlpWidth = config.Optional("intermediate_size", "n_inner", "ffn_dim", "d_ff", "hidden_dim", "encoder_ffn_dim")
                ?? (family.Gated ? config.Number("intermediate_size") : 4 * hidden),
            VocabSize = type == "vit"
                ? config.Optional("num_labels") ?? config.Members("id2label") ?? 2
                : config.Optional("vocab_size") ?? family.Vocabulary ?? config.Number("vocab_size"),
            TiedEmbeddings = config.Flag("tie_word_embeddings") ?? family.Tied,
            GatedMlp = family.Gated || config.Text("feed_forward_proj").StartsWith("gated", StringComparison.Ordinal),
            QueryKeyNorm = family.QueryKeyNorm,
            LearnedPositions = Tables(type, config, hidden),
        };
        shape = WithExperts(shape, type, config);
        shape = WithWindow(shape, config);
        return type switch
        {
            "deepseek_v2" or "deepseek_v3" => shape with
                {
                KeyValueRank = config.Number("kv_lora_rank"),
                QueryRank = config.Optional("q_lora_rank") ?? 0,
                RopeDim = config.Number("qk_rope_head_dim")
            },
            "t5" => shape with
                {
                Layers = layers + (config.Optional("num_decoder_layers") ?? layers),
                CrossLayers = config.Optional("num_decoder_layers") ?? layers
            },
            "whisper" => shape with { Layers = layers + config.Number("decoder_layers"), CrossLayers = config.Number("decoder_layers") },
            _ => shape,
        };
    }

    // Rows of the hidden width beside the vocabulary: positions, token types, the patches of an image, two convolutions of sound.
    private static int Tables(string type, ConfigFields config, int hidden) => type switch
    {
        "gpt2" or "gpt_bigcode" => config.Number("n_positions"),
        "opt" => config.Number("max_position_embeddings") + 2,
        "bert" or "roberta" or "xlm-roberta" => config.Number("max_position_embeddings") + (config.Optional("type_vocab_size") ?? 0),
        "distilbert" => config.Number("max_position_embeddings"),
        "deberta-v2" => 2 * (config.Optional("position_buckets") ?? 256),
        "vit" => Square(config.Number("image_size") / config.Number("patch_size")) + 1 + (3 * Square(config.Number("patch_size"))),
        "whisper" =>
            config.Number("max_source_positions") + config.Number("max_target_positions") + (3 * (config.Number("num_mel_bins") + hidden)),
        _ => 0,
    };

    private static ModelShape WithExperts(ModelShape shape, string type, ConfigFields config)
    {
        if ((config.Optional("num_local_experts", "num_experts", "n_routed_experts") ?? 0) is var experts && experts == 0)
        {
            return shape;
        }

        int width = config.Optional("moe_intermediate_size") ?? shape.MlpWidth;
        ModelShape sparse = shape with
        {
            ExpertCount = experts,
            ActiveExperts = config.Number("num_experts_per_tok"),
            ExpertWidth = width,
            SharedExpertWidth = config.Optional("shared_expert_intermediate_size") ?? ((config.Optional("n_shared_experts") ?? 0) * width),
            DenseLayers = config.Optional("first_k_dense_replace") ?? 0,
        };

        // Every so many layers have experts, one of which computes every token; the others are dense and wider.
        return type != "llama4_text" ? sparse : sparse with
        {
            MlpWidth = config.Number("intermediate_size_mlp"),
            SharedExpertWidth = width,
            DenseLayers = shape.Layers - (shape.Layers / (config.Optional("interleave_moe_layer_step") ?? 1)),
        };
    }

    // All layers, or all but every so many, or every second one; absent or null means none.
    private static ModelShape WithWindow(ModelShape shape, ConfigFields config)
    {
        // Qwen's classes use a window only where told to, and from a certain layer on.
        string type = config.Text("model_type");
        bool isQwen = type.StartsWith("qwen", StringComparison.Ordinal);
        if (config.Optional("sliding_window") is not { } window || !(config.Flag("use_sliding_window") ?? !isQwen))
        {
            return shape;
        }

        int windowed = config.Count("layer_types", "sliding_attention") ?? type switch
        {
            _ when isQwen => Math.Max(0, shape.Layers - (config.Optional("max_window_layers") ?? 28)),
            "gemma3_text" => shape.Layers - (shape.Layers / (config.Optional("sliding_window_pattern") ?? 6)),
            "gemma2" or "gpt_oss" => shape.Layers / 2,
            _ => shape.Layers,
        };
        return shape with { SlidingWindow = window, WindowedLayers = windowed };
    }

    private static int Square(int side) => side * side;
}
