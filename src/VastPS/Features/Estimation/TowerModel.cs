namespace VastPS.Features.Estimation;

/// <summary>Parameters of the towers that see and hear for a language model, from their own part of its config.</summary>
internal static class TowerModel
{
    // The parts of a config that describe them, and what each is called.
    private static readonly (string Field, string Name)[] s_towers =
    [
        ("vision_config", "vision tower"),
        ("vit_config", "vision tower"),
        ("vision_encoder_config", "vision tower"),
        ("audio_config", "audio tower"),
        ("speech_config", "audio tower"),
        ("audio_encoder_config", "audio tower"),
    ];

    // Towers that a config mentions without their sizes.
    private static readonly (string Field, string Name)[] s_mentioned =
    [
        ("vision_lora", "vision tower"),
        ("img_processor", "vision tower"),
        ("vision_tower", "vision tower"),
        ("mm_vision_tower", "vision tower"),
        ("visual", "vision tower"),
        ("speech_lora", "audio tower"),
        ("audio_processor", "audio tower"),
        ("talker_config", "speech generator"),
    ];

    /// <summary>A tower: null parameters where the config does not say how large it is.</summary>
    internal sealed record Tower(string Name, long? Parameters);

    /// <summary>The towers of a model.</summary>
    /// <param name="whole">The config of the whole model.</param>
    /// <param name="hidden">Width that they lead to.</param>
    public static IReadOnlyList<Tower> Of(ConfigFields whole, int hidden)
    {
        List<Tower> towers = [];
        if (whole.Object("thinker_config") is { } thinker)
        {
            towers.AddRange(Of(thinker, hidden));
        }

        foreach ((string field, string name) in s_towers)
        {
            if (whole.Object(field) is { } tower && !towers.Any(t => t.Name == name))
            {
                towers.Add(new Tower(name, Count(tower, whole, hidden)));
            }
        }

        towers.AddRange(s_mentioned.Where(m => whole.Has(m.Field) && !towers.Any(t => t.Name == m.Name))
            .DistinctBy(m => m.Name).Select(m => new Tower(m.Name, null)));
        return towers;
    }

    private static long? Count(ConfigFields tower, ConfigFields whole, int hidden)
    {
        string type = tower.Text("model_type");

        // Qwen2-VL calls the width of what comes out hidden_size.
        long h = tower.Optional("embed_dim", "hidden_size", "d_model", "width") ?? 0;
        long layers = tower.Optional("depth", "num_hidden_layers", "layers", "encoder_layers", "num_layers") ?? 0;
        if (h == 0 || layers == 0)
        {
            return null;
        }

        double ratio = tower.Real("mlp_ratio") ?? 4;
        long mlp = tower.Optional("intermediate_size", "mlp_dim", "encoder_ffn_dim") ?? (long)(ratio * h);
        bool gated = type is "pixtral" or "qwen2_5_vl" or "gemma4_vision" || (type.Length == 0 && tower.Text("hidden_act") == "silu");
        long all = layers + (tower.Optional("num_global_layers") ?? 0);
        long layer = (4 * h * h) + ((gated ? 3 : 2) * h * mlp) + (9 * h) + mlp;
        return (all * layer) + Entrance(tower, h) + Exit(tower, whole, h, hidden) + DeepStack(tower, h, hidden) + Tiles(tower, type, h);
    }

    // Patches or spectra to the width of the tower, and its positions.
    private static long Entrance(ConfigFields tower, long h)
    {
        if (tower.Optional("num_mel_bins") is { } bins)
        {
            return (3 * h * (bins + h)) + ((tower.Optional("max_source_positions") ?? 0) * h);
        }

        long patch = tower.Optional("patch_size", "spatial_patch_size") ?? 14;
        long channels = tower.Optional("num_channels", "in_channels", "in_chans") ?? 3;
        long frames = tower.Optional("temporal_patch_size") ?? 1;
        long side = (tower.Optional("image_size") ?? 0) / patch;
        bool learned = tower.Text("model_type") is not ("pixtral" or "qwen2_vl" or "qwen2_5_vl");
        long positions = tower.Optional("num_position_embeddings")
            ?? (tower.Optional("position_embedding_size") is { } rows ? 2 * rows : learned ? (side * side) + 1 : 0);
        return (channels * frames * patch * patch * h) + (positions * h);
    }

    // What leads out merges neighbouring patches, and has two matrices.
    private static long Exit(ConfigFields tower, ConfigFields whole, long h, int hidden)
    {
        long to = tower.Optional("out_hidden_size") ?? hidden;
        long merge = tower.Optional("spatial_merge_size") ?? whole.Optional("spatial_merge_size") ?? 1;
        long wide = merge * merge * h;
        return tower.Text("model_type") switch
        {
            "siglip_vision_model" when whole.Text("model_type").StartsWith("siglip", StringComparison.Ordinal) =>
                (5 * h * h) + (2 * h * (tower.Optional("intermediate_size") ?? 4304)),
            "siglip_vision_model" or "gemma4_vision" when !whole.Has("projector_hidden_act") => h * to,
            "mllama_vision_model" => (tower.Optional("vision_output_dim") ?? (6 * h)) * to,
            "llama4_vision_model" => (long)(tower.Optional("projector_input_dim") ?? (4 * h))
                * ((tower.Optional("intermediate_size") ?? 0) + (tower.Optional("projector_output_dim") ?? 0))
                + ((long)(tower.Optional("vision_output_dim") ?? 0) * to),
            "pixtral" => (merge > 1 ? wide * h : 0) + (h * to) + ((long)to * to),
            "whisper" or "qwen2_audio_encoder" => h * to,
            _ => merge > 1 ? (wide * wide) + (wide * to) : (h * to) + ((long)to * to),
        };
    }

    private static long DeepStack(ConfigFields tower, long h, int hidden)
    {
        long merge = tower.Optional("spatial_merge_size") ?? 1;
        long wide = merge * merge * h;
        return (tower.Items("deepstack_visual_indexes")?.Count ?? 0) * ((wide * wide) + (wide * (tower.Optional("out_hidden_size") ?? hidden)));
    }

    // Llama 3.2 has a table of positions for each way of cutting an image into tiles.
    private static long Tiles(ConfigFields tower, string type, long h)
    {
        if (type != "mllama_vision_model")
        {
            return 0;
        }

        long side = (tower.Optional("image_size") ?? 560) / (tower.Optional("patch_size") ?? 14);
        long ways = (tower.Items("supported_aspect_ratios")?.Count ?? 8) + 1;
        return ways * (tower.Optional("max_num_tiles") ?? 4) * ((side * side) + 1) * h;
    }
}
