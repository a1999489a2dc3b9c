namespace VastPS.Features.Estimation;

/// <summary>
/// A transformer of like layers, or of layers of two kinds, from its config: decoders, encoders, both, with experts, latent attention,
/// windows, states and towers. What the shape leaves out (biases, norms, gates) is added to its count.
/// </summary>
internal static class LayeredModel
{
    private static readonly string[] s_experts =
        ["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts", "num_moe_experts", "ffn_num_experts"];

    private static readonly string[] s_active =
    [
        "num_experts_per_tok", "experts_per_token", "top_k_experts", "num_experts_per_token", "moe_topk", "moe_k", "moe_top_k", "num_selected_experts",
    ];

    /// <summary>Reads it.</summary>
    /// <param name="config">Of what computes the tokens.</param>
    /// <param name="whole">Of the whole model.</param>
    /// <param name="type">Its model_type.</param>
    public static ModelCard Read(ConfigFields config, ConfigFields whole, string type)
    {
        ModelFamily? known = ModelFamily.Of(type);
        ModelFamily family = known ?? ModelFamily.Guess(config);
        ModelShape shape = ShapeOf(config, whole, type, family, known is not null);
        (int states, long mixer) = StateLayerModel.Of(config, type, shape.Layers, shape.HiddenSize);
        shape = shape with { StateLayers = states, StateWidth = states == 0 ? 0 : (int)Math.Max(1, mixer / (3L * shape.HiddenSize)) };
        long beside = Beside(shape, config, type, family) + (states * (mixer - (3L * shape.HiddenSize * shape.StateWidth)));

        IReadOnlyList<TowerModel.Tower> towers = TowerModel.Of(whole, shape.HiddenSize);
        shape = shape with { OtherParameters = towers.Sum(t => t.Parameters ?? 0) };
        long parameters = shape.Parameters + beside;
        return new ModelCard(Fitted(shape, parameters))
        {
            Parameters = parameters,
            Type = type,
            IsKnown = known is not null,
            IsOpen = towers.Any(t => t.Parameters is null) || whole.HasOtherParts(),
            Parts = [.. towers.Select(Words), .. Kinds(shape, config)],
            LayerParameters = (shape with { OtherParameters = 0 }).Parameters - (shape with { Layers = shape.Layers - 1,
                OtherParameters = 0 }).Parameters
                + (2L * shape.HiddenSize * shape.HiddenSize),
        };
    }

    private static string Words(TowerModel.Tower tower) => tower.Parameters is { } count
        ? FormattableString.Invariant($"{tower.Name} of {count / 1e9:0.00} B")
        : $"{tower.Name} whose size its config does not say";

    private static IEnumerable<string> Kinds(ModelShape shape, ConfigFields config)
    {
        if (shape.StateLayers > 0)
        {
            yield return $"{shape.StateLayers} of {shape.Layers} layers keep a state instead of keys and values";
        }

        if (config.Text("hybrid_override_pattern") is { Length: > 0 } pattern)
        {
            yield return $"its {pattern.Length} blocks do one thing each: two count as one layer";
        }
    }

    // A shape that explains its count to less than a few percent would be refused as a contradiction: what is missing is beside it.
    private static ModelShape Fitted(ModelShape shape, long parameters)
    {
        double apart = parameters - (double)shape.Parameters;
        return Math.Abs(apart) < 0.05 * parameters ? shape
            : apart > 0 ? shape with { OtherParameters = shape.OtherParameters + (long)apart }
            : shape with { MlpWidth = Math.Max(1, (int)shape.MlpWidthFor(parameters)) };
    }

    private static ModelShape ShapeOf(ConfigFields config, ConfigFields whole, string type, ModelFamily family, bool isKnown)
    {
        // Parts of larger configs leave out what is the default of their class: the first Llama and Mistral.
        bool isPart = whole.Object("text_config") is not null && type is "llama" or "mistral";
        int? Otherwise(int value) => isPart ? value : null;

        int hidden = config.Optional("hidden_size", "n_embd", "d_model", "dim", "model_dim")
            ?? Otherwise(4096)
            ?? throw NoFields(config, type, isKnown, "hidden_size or n_embd or d_model or dim");
        int layers = config.Text("hybrid_override_pattern") is { Length: > 0 } pattern ? pattern.Count(c => c is 'M' or '*')
            : config.Optional("encoder_layers", "num_hidden_layers", "n_layer", "n_layers", "num_layers")
                ?? Otherwise(32)
                ?? throw NoFields(config, type, isKnown, "num_hidden_layers or n_layer or n_layers or num_layers");
        bool isState = type is "mamba" or "mamba2" or "falcon_mamba";
        int heads = config.Optional("num_attention_heads")
            ?? family.Heads
            ?? config.Optional("n_head", "n_heads", "num_heads", "encoder_attention_heads")
            ?? Otherwise(32)
            ?? (isState ? 1 : throw NoFields(config, type, isKnown, "num_attention_heads or n_head or n_heads or num_heads"));
        bool isLatent = config.Optional("kv_lora_rank") is not null;
        int headDim = (isLatent ? config.Optional("qk_nope_head_dim") : isState ? null : config.Optional("head_dim", "d_kv", "kv_channels"))
            ?? (family.HeadDim > 0 ? family.HeadDim : isState ? hidden : ConfigFields.Quotient(hidden, heads));

        // Of an unknown kind four times the width stands for what its config calls by a name of its own; files correct that.
        int mlp = Mlp(config, type, family, hidden) ?? Otherwise(type == "mistral" ? 14336 : 11008)
            ?? (isKnown ? throw NoFields(config, type, isKnown, "intermediate_size") : 4 * hidden);
        var shape = new ModelShape
        {
            Layers = layers,
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = isLatent ? heads
                : config.Is("multi_query") && !config.Is("new_decoder_architecture")
                ? 1
                : config.Optional("num_key_value_heads", "num_kv_heads", "n_kv_heads", "multi_query_group_num")
                    ?? family.KeyValueHeads
                    ?? (type == "mistral" ? Otherwise(8) : null)
                    ?? heads,
            HeadDim = headDim,
            MlpWidth = mlp,
            VocabSize = Vocabulary(config, type, family) ?? Otherwise(32000) ?? throw NoFields(config, type, isKnown, "vocab_size"),
            TiedEmbeddings = whole.Flag("tie_word_embeddings")
                ?? config.Flag("tie_word_embeddings")
                ?? config.Flag("tie_embedding")
                ?? family.Tied,
            GatedMlp = family.Gated || config.Text("feed_forward_proj").StartsWith("gated", StringComparison.Ordinal)
                || config.Text("activation_function").Contains("glu", StringComparison.OrdinalIgnoreCase)
                || config.Is("use_swiglu_ffn"),
            QueryKeyNorm = family.QueryKeyNorm || config.Is("use_qk_norm") || config.Is("qk_layernorm"),
            LearnedPositions = Rows(type, config, hidden),
        };
        shape = WithExperts(shape, type, config);
        shape = WithWindow(shape, config, type);
        shape = isLatent ? shape with
        {
            KeyValueRank = config.Number("kv_lora_rank"),
            QueryRank = config.Optional("q_lora_rank") ?? 0,
            RopeDim = config.Number("qk_rope_head_dim"),
        }
            : shape;
        return WithDecoder(shape, type, config, whole);
    }

    // Decoders behind an encoder attend to it as well.
    private static ModelShape WithDecoder(ModelShape shape, string type, ConfigFields config, ConfigFields whole)
    {
        // Embedders keep the encoder of a model that had both.
        bool isEncoder = whole.Items("architectures") is [{ ValueKind: System.Text.Json.JsonValueKind.String } first, ..]
            && first.GetString()!.EndsWith("EncoderModel", StringComparison.Ordinal);
        int decoder = isEncoder ? 0 : type is "t5" or "mt5" or "umt5" or "longt5" or "switch_transformers"
            ? config.Optional("num_decoder_layers") ?? shape.Layers
            : config.Optional("decoder_layers") ?? 0;
        return decoder == 0 ? shape : shape with { Layers = shape.Layers + decoder, CrossLayers = decoder };
    }

    private static int? Mlp(ConfigFields config, string type, ModelFamily family, int hidden)
    {
        // LFM2 names the width before it takes two thirds of it and rounds up.
        if (config.Is("block_auto_adjust_ff_dim") && config.Optional("block_ff_dim", "intermediate_size") is { } raw)
        {
            double taken = raw * 2 / 3 * (config.Real("block_ffn_dim_multiplier") ?? 1);
            int multiple = config.Optional("block_multiple_of") ?? 256;
            return (int)Math.Ceiling(taken / multiple) * multiple;
        }

        int? width = config.Optional(
            "intermediate_size", "n_inner", "ffn_dim", "d_ff", "hidden_dim", "encoder_ffn_dim", "ffn_hidden_size", "block_ff_dim", "inner_hidden_size");
        return type switch
        {
            "mamba" or "mamba2" or "falcon_mamba" => 0,
            "granitemoehybrid" or "granitemoeshared" when (config.Optional("num_local_experts") ?? 0) == 0 =>
                config.Optional("shared_intermediate_size") ?? width,

            // Its MLPs are blocks of their own, fewer than the others.
            "nemotron_h" when config.Text("hybrid_override_pattern") is { Length: > 0 } pattern =>
                (int)Math.Round((width ?? 0) * pattern.Count(c => c == '-') / (double)Math.Max(1, pattern.Count(c => c is 'M' or '*'))),

            // One number holds gate and value of the first Qwen.
            "qwen" => width / 2,
            "dinov2" or "dinov2_with_registers" when config.Is("use_swiglu_ffn") =>
                ((int)(hidden * (config.Real("mlp_ratio") ?? 4) * 2 / 3) + 7) / 8 * 8,
            _ => width ?? (config.Real("mlp_ratio") is { } ratio ? (int)(ratio * hidden) : family.Gated ? null : 4 * hidden),
        };
    }

    private static int? Vocabulary(ConfigFields config, string type, ModelFamily family) => type switch
    {
        "vit" or "deit" or "beit" => config.Optional("num_labels") ?? config.Members("id2label") ?? 2,
        "dinov2" or "dinov2_with_registers" or "siglip_vision_model" or "vit_mae" => 1,
        _ => config.Optional("vocab_size", "padded_vocab_size") ?? family.Vocabulary,
    };

    private static VastException NoFields(ConfigFields config, string type, bool isKnown, string field) => isKnown
        ? new VastException(VastReason.ModelConfigInvalid, config.Source, $"it has no whole number {field}")
        : new VastException(
            VastReason.ModelNotCounted, config.Source, $"model_type '{type}' is not known here, and it has no whole number {field}");

    // Rows of the hidden width beside the vocabulary: positions, token types, the patches of an image, convolutions of sound.
    private static int Rows(string type, ConfigFields config, int hidden) => type switch
    {
        "gpt2" or "gpt_bigcode" => config.Number("n_positions"),
        "gpt_neo" => config.Optional("max_position_embeddings") ?? 2048,
        "opt" => config.Number("max_position_embeddings") + 2,
        "bart" or "mbart" or "blenderbot" => 2 * (config.Number("max_position_embeddings") + 2),
        "bert" or "roberta" or "xlm-roberta" or "xlm-roberta-xl" or "camembert" or "mpnet" or "electra" or "esm" or "data2vec-text" =>
            config.Number("max_position_embeddings") + (config.Optional("type_vocab_size") ?? 0),
        "distilbert" or "clip_text_model" or "siglip_text_model" => config.Optional("max_position_embeddings") ?? 77,
        "deberta-v2" => 2 * (config.Optional("position_buckets") ?? 256),
        "vit" or "deit" or "beit" or "dinov2" or "dinov2_with_registers" or "siglip_vision_model" or "vit_mae" =>
            Square((config.Optional("image_size") ?? 224) / (config.Optional("patch_size") ?? 16)) + 1
                + (3 * Square(config.Optional("patch_size") ?? 16)),
        "whisper" =>
            config.Number("max_source_positions") + config.Number("max_target_positions") + (3 * (config.Number("num_mel_bins") + hidden)),

        // Seven convolutions of 512 channels, and one that gives positions.
        "wav2vec2" or "hubert" or "wavlm" or "data2vec-audio" =>
            (4_200_000 / hidden) + 512 + ((config.Optional("num_conv_pos_embeddings") ?? 128) * hidden
                / (config.Optional("num_conv_pos_embedding_groups") ?? 16)),
        _ => 0,
    };

    private static ModelShape WithExperts(ModelShape shape, string type, ConfigFields config)
    {
        if ((config.Optional(s_experts) ?? 0) is var experts && experts < 2)
        {
            return shape;
        }

        // A number instead of a list names the layers that are dense.
        int width = config.Optional("moe_intermediate_size", "expert_ffn_hidden_size", "ffn_hidden_size_moe") ?? shape.MlpWidth;
        int shared = config.Optional("n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert") ?? 0;
        ModelShape sparse = shape with
        {
            ExpertCount = experts,
            ActiveExperts = config.Number(s_active),
            ExpertWidth = width,
            SharedExpertWidth = config.Optional("shared_expert_intermediate_size", "shared_intermediate_size")
                ?? (shared * (config.Optional("moe_shared_expert_intermediate_size") ?? width)),
            DenseLayers = DenseLayers(shape, type, config),
        };
        return type switch
        {
            // Every so many layers have experts, one of which computes every token; the others are dense and wider.
            "llama4_text" => sparse with { MlpWidth = config.Number("intermediate_size_mlp"), SharedExpertWidth = width },

            // Each layer has an MLP beside its experts.
            "gemma4_text" => sparse with { SharedExpertWidth = shape.MlpWidth },
            _ => sparse,
        };
    }

    private static int DenseLayers(ModelShape shape, string type, ConfigFields config)
    {
        if (type == "llama4_text")
        {
            return shape.Layers - (shape.Layers / (config.Optional("interleave_moe_layer_step") ?? 1));
        }

        if (config.Optional("expert_layer_period") is { } period)
        {
            int offset = config.Optional("expert_layer_offset") ?? 0;
            return Enumerable.Range(0, shape.Layers).Count(i => i % period != offset);
        }

        if (config.Text("hybrid_override_pattern") is { Length: > 0 } pattern)
        {
            return Math.Max(0, shape.Layers - pattern.Count(c => c == 'E'));
        }

        int dense = config.Optional("first_k_dense_replace", "num_dense_layers", "moe_layer_start_index")
            ?? config.Items("mlp_only_layers")?.Count
            ?? 0;
        return config.Optional("decoder_sparse_step") is > 1 and var step ? shape.Layers - (shape.Layers / step) : dense;
    }

    // All layers, or all but every so many, or every second one; absent or null means none.
    private static ModelShape WithWindow(ModelShape shape, ConfigFields config, string type)
    {
        // Qwen's classes use a window only where told to, and from a certain layer on.
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
        return shape with { SlidingWindow = window, WindowedLayers = Math.Min(windowed, shape.Layers) };
    }

    /// <summary>Biases, norms, gates and small tables: what makes a count exact.</summary>
    private static long Beside(ModelShape shape, ConfigFields config, string type, ModelFamily family)
    {
        long h = shape.HiddenSize;
        long attention = shape.AttentionLayers + shape.CrossLayers;
        Biases bias = Bias(config, family, type);
        long sum = 0;
        sum += bias.HasFlag(Biases.Query) ? attention * (shape.QueryWidth + (2 * shape.KeyValueWidth)) : 0;
        sum += bias.HasFlag(Biases.Output) ? attention * h : 0;
        sum += bias.HasFlag(Biases.Mlp) ? (shape.Layers - (shape.ExpertCount > 0 ? shape.Layers - shape.DenseLayers : 0))
            * (h + ((shape.GatedMlp ? 2L : 1L) * shape.MlpWidth)) : 0;

        // The shape has two norms of the hidden width in a layer, one more behind an encoder, and one at the end.
        bool isWide = family.HasLayerNorms && !config.Is("no_bias");
        sum += ((isWide ? 2L : 1L) * ((family.Norms * (long)shape.Layers) + shape.CrossLayers + 1) * h)
            - (((2L * shape.Layers) + shape.CrossLayers + 1) * h);
        sum += shape.QueryKeyNorm
            ? shape.AttentionLayers * (family.HasWideNorms ? shape.QueryWidth + shape.KeyValueWidth : 2L * shape.HeadDim)
            : 0;
        sum += family.HasPooler ? (h * h) + (3 * h) : 0;
        sum += shape.IsLatent ? Latent(shape, config) : 0;
        sum += family.HasQueryGate || config.Is("attn_output_gate") ? shape.AttentionLayers * h * shape.QueryWidth : 0;
        sum += (long)(config.Optional("n_registers", "num_register_tokens") ?? 0) * h;
        return sum + Special(shape, config, type);
    }

    private static Biases Bias(ConfigFields config, ModelFamily family, string type)
    {
        Biases bias = family.Bias;
        bias |= config.Is("attention_bias") || config.Is("qkv_bias") || config.Is("use_qkv_bias") || config.Is("add_qkv_bias") ? Biases.Query : 0;
        bias |= config.Is("attention_out_bias") || (config.Is("attention_bias") && type is "llama" or "gpt_oss") ? Biases.Output : 0;
        bias |= config.Is("mlp_bias") || config.Is("use_bias") ? Biases.Mlp : 0;
        return config.Flag("use_bias") == false && type != "nemotron_h" ? Biases.None : bias;
    }

    // Values may be wider than keys; what is compressed has norms; sparse attention has an index of its own.
    private static long Latent(ModelShape shape, ConfigFields config)
    {
        long wider = (config.Optional("v_head_dim") ?? shape.HeadDim) - shape.HeadDim;
        long index = config.Optional("index_n_heads") is { } heads && config.Optional("index_head_dim") is { } dim
            ? ((long)shape.QueryRank * heads * dim) + ((long)shape.HiddenSize * (dim + heads))
            : 0;
        return shape.AttentionLayers
            * ((shape.AttentionHeads * wider * (shape.KeyValueRank + shape.HiddenSize)) + shape.QueryRank + shape.KeyValueRank + index);
    }

    private static long Special(ModelShape shape, ConfigFields config, string type)
    {
        long h = shape.HiddenSize;
        long sparse = shape.ExpertCount == 0 ? 0 : shape.Layers - shape.DenseLayers;
        return type switch
        {
            // Biases of the experts and of the router, a number for each head.
            "gpt_oss" => (sparse * ((shape.ExpertCount * ((2L * shape.ExpertWidth) + h)) + shape.ExpertCount)) + (shape.Layers * shape.AttentionHeads),
            "qwen2_moe" or "qwen3_next" or "qwen3_5_moe_text" => sparse * h,

            // Two scales of each layer's output.
            "dinov2" or "dinov2_with_registers" => 2L * shape.Layers * h,
            "deberta-v2" => h * h,
            "opt" or "electra" when config.Optional("word_embed_proj_dim", "embedding_size") is { } narrow && narrow != h =>
                ((narrow - h) * shape.VocabSize) + (2 * narrow * h),

            // Four streams of the hidden state, a table for each layer, small matrices that mix them in.
            "gemma3n_text" => PerLayerInputs(shape, config),
            "gemma4_text" => PerLayerInputs(shape, config) + WideLayers(shape, config),
            "falcon_h1" => shape.Layers * StateLayerModel.Mamba2(config, h),
            "mllama_text_model" => 8L * h,
            "glm4_moe" or "minimax_m2" or "deepseek_v3" or "kimi_k2" => sparse * shape.ExpertCount,
            _ => 0,
        };
    }

    private static long PerLayerInputs(ModelShape shape, ConfigFields config)
    {
        long h = shape.HiddenSize, wide = config.Optional("hidden_size_per_layer_input") ?? 0, layers = shape.Layers;
        long laurel = config.Optional("laurel_rank") ?? 0, streams = config.Optional("altup_num_inputs") ?? 1;
        return wide == 0 ? 0 : ((config.Optional("vocab_size_per_layer_input") ?? shape.VocabSize) * layers * wide) + (layers * 2 * h * wide)
            + (h * layers * wide) + (layers * 2 * laurel * h) + (2 * (streams - 1) * h * h);
    }

    // Layers that see everything have wider heads, fewer of them for keys, and keys that serve as values.
    private static long WideLayers(ModelShape shape, ConfigFields config)
    {
        if (config.Optional("global_head_dim") is not { } dim)
        {
            return 0;
        }

        long keys = (config.Optional("num_global_key_value_heads") ?? shape.KeyValueHeads) * (long)dim;
        long wide = shape.HiddenSize * ((2L * shape.AttentionHeads * dim) + (config.Is("attention_k_eq_v") ? keys : 2 * keys));
        return (shape.Layers - shape.WindowedLayers) * (wide - (2L * shape.HiddenSize * (shape.QueryWidth + shape.KeyValueWidth)));
    }

    private static int Square(int side) => side * side;
}
