namespace VastPS.Features.Estimation;

/// <summary>
/// The denoising network of an image or video model, from the config.json of its folder "transformer" or "unet": parameters counted
/// by the layers of its class in diffusers, and blocks of one width that stand for them.
/// </summary>
internal static class DiffusionModel
{
    private const string Field = "_class_name";

    // What a network reads its steps and its guidance with: sines of this width, two matrices.
    private const long TimeWidth = 256;

    /// <summary>True where the config is of such a network.</summary>
    public static bool IsOne(ConfigFields config) => config.Text(Field).Length > 0;

    /// <summary>Reads it; throws ModelNotCounted where the class is not known here.</summary>
    public static ModelCard Read(ConfigFields config)
    {
        string type = config.Text(Field);
        Blocks? blocks = type switch
        {
            "FluxTransformer2DModel" => Flux(config),
            "Flux2Transformer2DModel" => Flux2(config),
            "ChromaTransformer2DModel" => Chroma(config),
            "QwenImageTransformer2DModel" => QwenImage(config),
            "SD3Transformer2DModel" => StableDiffusion3(config),
            "WanTransformer3DModel" => Wan(config),
            "ZImageTransformer2DModel" => ZImage(config),
            "CogVideoXTransformer3DModel" => CogVideo(config),
            "LTXVideoTransformer3DModel" => Ltx(config),
            "HunyuanVideoTransformer3DModel" => Hunyuan(config),
            "PixArtTransformer2DModel" => PixArt(config),
            "SanaTransformer2DModel" => Sana(config),
            "UNet2DConditionModel" => UNetModel.Count(config),
            _ => null,
        };
        return blocks is null ? Unknown(config, type) : Card(blocks, type, config) with { Type = type };
    }

    /// <summary>Blocks of one width that have this many parameters.</summary>
    public static ModelShape Likeness(long parameters, int layers, int hidden, int heads, int channels)
    {
        var shape = new ModelShape
        {
            Layers = layers,
            HiddenSize = hidden,
            AttentionHeads = heads,
            KeyValueHeads = heads,
            HeadDim = ConfigFields.Quotient(hidden, heads),
            MlpWidth = 0,
            VocabSize = Math.Max(1, channels),
            TiedEmbeddings = true,
            GatedMlp = false,
            IsApproximate = true,
        };
        return shape with { MlpWidth = Math.Max(1, (int)Math.Round(shape.MlpWidthFor(parameters))) };
    }

    /// <summary>What was counted.</summary>
    internal sealed record Blocks(long Parameters, int Layers, long Hidden, int Heads)
    {
        public long Tables { get; init; }
    }

    private static ModelCard Card(Blocks blocks, string type, ConfigFields config) => new(
        Likeness(blocks.Parameters, blocks.Layers, (int)blocks.Hidden, blocks.Heads, config.Optional("in_channels") ?? 4))
    {
        Parameters = blocks.Parameters,
        Type = type,
        Tables = blocks.Tables,
        Parts = ["the denoising network alone: text encoders and VAE are beside it"],
    };

    // Heads and their width give the width of nearly all of them; layers like those of a text model stand for the rest.
    private static ModelCard Unknown(ConfigFields config, string type)
    {
        int heads = config.Optional("num_attention_heads", "n_heads") ?? 0;
        long hidden = heads * (long)(config.Optional("attention_head_dim") ?? 0);
        hidden = hidden > 0 ? hidden : config.Optional("dim", "hidden_size", "inner_dim") ?? 0;
        int layers = (config.Optional("num_layers", "n_layers", "depth", "num_mmdit_layers") ?? 0)
            + (config.Optional("num_single_layers", "num_single_dit_layers") ?? 0);
        if (heads == 0 || hidden == 0 || layers == 0 || hidden % heads != 0)
        {
            throw new VastException(VastReason.ModelNotCounted, config.Source, $"its class {type} is not known here");
        }

        // Attention to itself and to the text, an MLP of four times the width, and six modulations.
        return Card(new Blocks(layers * 20 * hidden * hidden, layers, hidden, heads), type, config) with { IsKnown = false };
    }

    private static (long D, int Heads) Width(ConfigFields config, int heads, int dim) =>
        (config.Optional("num_attention_heads") ?? heads) is var n ? ((long)n * (config.Optional("attention_head_dim") ?? dim), n) : default;

    private static long TwoOf(long from, long width) => (from * width) + (width * width) + (2 * width);

    // Two streams: each has six modulations, attention and an MLP of four times the width; then one stream, whose matrices are fused.
    private static Blocks Flux(ConfigFields config)
    {
        (long d, int heads) = Width(config, 24, 128);
        int pairs = config.Optional("num_layers") ?? 19, singles = config.Optional("num_single_layers") ?? 38;
        long inner = config.Optional("in_channels") ?? 64;
        long blocks = (pairs * ((36 * d * d) + (34 * d))) + (singles * ((15 * d * d) + (12 * d)));
        long around = (inner * d) + ((config.Optional("joint_attention_dim") ?? 4096) * d) + TwoOf(TimeWidth, d)
            + (config.Is("guidance_embeds") ? TwoOf(TimeWidth, d) : 0) + TwoOf(config.Optional("pooled_projection_dim") ?? 768, d)
            + (2 * d * d) + (inner * d);
        return new Blocks(blocks + around, pairs + singles, d, heads);
    }

    // As Flux, with one modulation for all blocks and a gated MLP.
    private static Blocks Flux2(ConfigFields config)
    {
        (long d, int heads) = Width(config, 48, 128);
        int pairs = config.Optional("num_layers") ?? 8, singles = config.Optional("num_single_layers") ?? 48;
        long mlp = (long)((config.Real("mlp_ratio") ?? 3) * d);
        long inner = config.Optional("in_channels") ?? 128;
        long blocks = (pairs * ((8 * d * d) + (2 * 3 * d * mlp))) + (singles * ((4 * d * d) + (3 * d * mlp)));
        long around = (15 * d * d) + ((config.Optional("joint_attention_dim") ?? 15360) * d) + (2 * inner * d) + (2 * d * d)
            + TwoOf(config.Optional("timestep_guidance_channels") ?? (int)TimeWidth, d)
            + (config.Flag("guidance_embeds") == false ? 0 : TwoOf(TimeWidth, d));
        return new Blocks(blocks + around, pairs + singles, d, heads);
    }

    // Flux without modulations of its own: one small network makes them all.
    private static Blocks Chroma(ConfigFields config)
    {
        (long d, int heads) = Width(config, 24, 128);
        int pairs = config.Optional("num_layers") ?? 19, singles = config.Optional("num_single_layers") ?? 38;
        long wide = config.Optional("approximator_hidden_dim") ?? 5120;
        long blocks = (pairs * 24 * d * d) + (singles * 12 * d * d);
        long around = ((config.Optional("approximator_layers") ?? 5) * 2 * wide * wide) + (wide * d)
            + ((config.Optional("joint_attention_dim") ?? 4096) * d) + (128 * d);
        return new Blocks(blocks + around, pairs + singles, d, heads);
    }

    private static Blocks QwenImage(ConfigFields config)
    {
        (long d, int heads) = Width(config, 24, 128);
        int layers = config.Optional("num_layers") ?? 60;
        long around = ((config.Optional("joint_attention_dim") ?? 3584) * d) + (2L * (config.Optional("in_channels") ?? 64) * d)
            + TwoOf(TimeWidth, d) + (2 * d * d);
        return new Blocks((layers * ((36 * d * d) + (34 * d))) + around, layers, d, heads);
    }

    // The last block makes nothing of the text any more; some blocks attend a second time.
    private static Blocks StableDiffusion3(ConfigFields config)
    {
        (long d, int heads) = Width(config, 24, 64);
        int layers = config.Optional("num_layers") ?? 24;
        int twice = config.Items("dual_attention_layers")?.Count ?? 0;
        long patch = config.Optional("patch_size") ?? 2;
        long channels = config.Optional("in_channels") ?? 16;
        long around = ((config.Optional("joint_attention_dim") ?? 4096) * (long)(config.Optional("caption_projection_dim") ?? d))
            + TwoOf(TimeWidth, d) + TwoOf(config.Optional("pooled_projection_dim") ?? 2048, d) + (2 * d * d)
            + (2 * patch * patch * channels * d);
        long side = config.Optional("pos_embed_max_size") ?? 96;
        return new Blocks((((36L * layers) - 13 + (7L * twice)) * d * d) + (34L * layers * d) + around, layers, d, heads)
            { Tables = side * side * d };
    }

    private static Blocks Wan(ConfigFields config)
    {
        (long d, int heads) = Width(config, 40, 128);
        int layers = config.Optional("num_layers") ?? 40;
        long image = config.Optional("image_dim") ?? 0;
        long added = config.Has("added_kv_proj_dim") ? 2 * d * d : 0;
        long block = (8 * d * d) + added + (2 * d * (config.Optional("ffn_dim") ?? 13824)) + (22 * d);
        long patch = config.Numbers("patch_size").Aggregate(1L, (product, n) => product * n);
        long around = TwoOf(config.Optional("text_dim") ?? 4096, d) + TwoOf(config.Optional("freq_dim") ?? (int)TimeWidth, d) + (6 * d * d)
            + (patch * ((config.Optional("in_channels") ?? 16) + (config.Optional("out_channels") ?? 16)) * d)
            + (image > 0 ? (image * image) + (image * d) : 0);
        return new Blocks((layers * block) + around, layers, d, heads);
    }

    private static Blocks ZImage(ConfigFields config)
    {
        long d = config.Optional("dim") ?? 3840;
        int layers = config.Optional("n_layers") ?? 30, refiners = config.Optional("n_refiner_layers") ?? 2;
        long block = (4 * d * d) + (3 * d * (d * 8 / 3));
        long modulated = (layers + refiners) * 4 * d * (TimeWidth + 1);
        long around = ((config.Optional("cap_feat_dim") ?? 2560) * d) + (2 * 4 * (config.Optional("in_channels") ?? 16) * d) + (TimeWidth * d)
            + TwoOf(TimeWidth, 1024);
        return new Blocks(((layers + (2 * refiners)) * block) + modulated + around, layers + (2 * refiners), d,
            config.Optional("n_heads") ?? 30);
    }

    private static Blocks CogVideo(ConfigFields config)
    {
        (long d, int heads) = Width(config, 30, 64);
        int layers = config.Optional("num_layers") ?? 30;
        long time = config.Optional("time_embed_dim") ?? 512;
        long around = ((config.Optional("text_embed_dim") ?? 4096) * d) + (d * time) + (time * time) + (2 * d * time) + (8L * 16 * d);
        return new Blocks((layers * ((12 * d * d) + (12 * time * d) + (20 * d))) + around, layers, d, heads)
            { Tables = config.Is("use_learned_positional_embeddings") ? (226L + 17550) * d : 0 };
    }

    private static Blocks Ltx(ConfigFields config)
    {
        (long d, int heads) = Width(config, 32, 64);
        int layers = config.Optional("num_layers") ?? 28;
        long text = config.Optional("cross_attention_dim") ?? d;
        long around = TwoOf(config.Optional("caption_channels") ?? 4096, d) + TwoOf(TimeWidth, d) + (6 * d * d)
            + (2L * (config.Optional("in_channels") ?? 128) * d);
        return new Blocks((layers * ((14 * d * d) + (2 * d * text))) + around, layers, d, heads);
    }

    private static Blocks Hunyuan(ConfigFields config)
    {
        (long d, int heads) = Width(config, 24, 128);
        int pairs = config.Optional("num_layers") ?? 20, singles = config.Optional("num_single_layers") ?? 40;
        int refiners = config.Optional("num_refiner_layers") ?? 2;
        long text = config.Optional("text_embed_dim") ?? 4096;
        long around = (refiners * 14 * d * d) + TwoOf(text, d) + TwoOf(TimeWidth, d) + (text * d) + TwoOf(TimeWidth, d)
            + (config.Is("guidance_embeds") ? TwoOf(TimeWidth, d) : 0) + TwoOf(config.Optional("pooled_projection_dim") ?? 768, d)
            + (2 * d * d) + (8L * 16 * d);
        return new Blocks((pairs * 36 * d * d) + (singles * 15 * d * d) + around, pairs + singles, d, heads);
    }

    private static Blocks PixArt(ConfigFields config)
    {
        (long d, int heads) = Width(config, 16, 72);
        int layers = config.Optional("num_layers") ?? 28;
        long around = TwoOf(config.Optional("caption_channels") ?? 4096, d) + TwoOf(TimeWidth, d) + (6 * d * d) + (2 * 16 * 4 * d);
        return new Blocks((layers * ((16 * d * d) + (20 * d))) + around, layers, d, heads);
    }

    private static Blocks Sana(ConfigFields config)
    {
        (long d, int heads) = Width(config, 70, 32);
        int layers = config.Optional("num_layers") ?? 20;
        long wide = (long)((config.Real("mlp_ratio") ?? 2.5) * d);
        long around = TwoOf(config.Optional("caption_channels") ?? 2304, d) + TwoOf(TimeWidth, d) + (6 * d * d)
            + (2L * (config.Optional("in_channels") ?? 32) * d);
        return new Blocks((layers * ((8 * d * d) + (3 * d * wide) + (22 * wide))) + around, layers, d, heads);
    }
}
