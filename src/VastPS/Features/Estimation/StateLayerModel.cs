namespace VastPS.Features.Estimation;

/// <summary>
/// The layers of a model that keep a state of fixed size instead of keys and values: how many, and the parameters of what mixes
/// the tokens in one of them.
/// </summary>
internal static class StateLayerModel
{
    /// <summary>How many there are, and the parameters of one.</summary>
    /// <param name="config">Of the language model.</param>
    /// <param name="type">Its model_type.</param>
    /// <param name="layers">All layers.</param>
    /// <param name="hidden">Their width.</param>
    public static (int Layers, long Parameters) Of(ConfigFields config, string type, int layers, long hidden)
    {
        int count = Count(config, type, layers);
        return count == 0 ? (0, 0) : (count, Mixer(config, type, hidden));
    }

    private static int Count(ConfigFields config, string type, int layers)
    {
        if (type is "mamba" or "mamba2" or "falcon_mamba")
        {
            return layers;
        }

        foreach (string list in new[] { "layer_types", "layers_block_type" })
        {
            if (config.Items(list) is { } kinds)
            {
                return kinds.Count(k => k.GetString() is "linear_attention" or "mamba" or "mamba2" or "conv" or "recurrent");
            }
        }

        if (config.Object("linear_attn_config") is { } linear)
        {
            return linear.Items("kda_layers")?.Count ?? (layers - linear.Items("full_attn_layers")?.Count ?? 0);
        }

        return config.Text("hybrid_override_pattern") is { Length: > 0 } pattern ? pattern.Count(c => c == 'M')
            : config.Items("attn_type_list") is { } types ? types.Count(t => t.TryGetInt32(out int n) && n == 0)
            : config.Items("full_attn_idxs") is { } full ? layers - full.Count
            : config.Items("attn_layer_indices") is { } indices ? layers - indices.Count
            : config.Optional("full_attention_interval") is { } every && config.Has("linear_num_value_heads") ? layers - (layers / every)
            : config.Optional("attn_layer_period") is { } period
                ? layers - Enumerable.Range(0, layers).Count(i => i % period == (config.Optional("attn_layer_offset") ?? 0))
            : 0;
    }

    private static long Mixer(ConfigFields config, string type, long h) => type switch
    {
        _ when config.Object("linear_attn_config") is { } linear => Delta(linear, h),
        _ when config.Has("linear_num_value_heads") => GatedDelta(config, h),
        _ when config.Has("conv_L_cache") => (h * 3 * h) + (h * config.Number("conv_L_cache")) + (h * h),
        "minimax" or "minimax_text_01" => 5 * h * (config.Optional("num_attention_heads") ?? 1) * (config.Optional("head_dim") ?? 128),
        "mamba" or "falcon_mamba" or "jamba" => Mamba(config, h),
        _ => Mamba2(config, h),
    };

    // Qwen3-Next: queries, keys, values and their gate, two numbers a head that forget and write, a short convolution.
    private static long GatedDelta(ConfigFields config, long h)
    {
        long keys = (long)config.Number("linear_num_key_heads") * config.Number("linear_key_head_dim");
        long heads = config.Number("linear_num_value_heads");
        long values = heads * config.Number("linear_value_head_dim");
        long kernel = config.Optional("linear_conv_kernel_dim") ?? 4;
        return (h * ((2 * keys) + (2 * values))) + (h * 2 * heads) + (kernel * ((2 * keys) + values)) + (values * h);
    }

    // Kimi Linear: queries, keys and values, two gates of low rank.
    private static long Delta(ConfigFields linear, long h)
    {
        long dim = linear.Optional("head_dim") ?? 128;
        long wide = (linear.Optional("num_heads") ?? 32) * dim;
        return (4 * h * wide) + (2 * ((h * dim) + (dim * wide))) + (h * wide / dim)
            + (3 * wide * (linear.Optional("short_conv_kernel_size") ?? 4));
    }

    private static long Mamba(ConfigFields config, long h)
    {
        long inner = config.Text("model_type") == "jamba" ? h * (config.Optional("mamba_expand") ?? 2)
            : config.Optional("intermediate_size", "d_inner") ?? h * (config.Optional("mamba_expand", "expand") ?? 2);
        long states = config.Optional("mamba_d_state", "state_size", "d_state") ?? 16;
        long kernel = config.Optional("mamba_d_conv", "conv_kernel", "d_conv") ?? 4;
        long rank = config.Optional("mamba_dt_rank", "time_step_rank", "dt_rank") ?? (h + 15) / 16;
        return (3 * h * inner) + (inner * (kernel + 1)) + (inner * (rank + (2 * states))) + (rank * inner) + (inner * (states + 2));
    }

    /// <summary>Mamba 2: one matrix in for gate, values, states and steps; a short convolution; one matrix out.</summary>
    public static long Mamba2(ConfigFields config, long h)
    {
        long heads = config.Optional("mamba_n_heads", "mamba_num_heads", "num_heads") ?? 0;
        long dim = config.Optional("mamba_d_head", "mamba_head_dim", "head_dim") ?? 0;
        long inner = config.Optional("mamba_d_ssm") ?? (heads * dim > 0 ? heads * dim : h * (config.Optional("mamba_expand", "expand") ?? 2));
        long states = (config.Optional("mamba_n_groups", "n_groups", "mamba_ngroups") ?? 1)
            * (long)(config.Optional("mamba_d_state", "ssm_state_size", "state_size") ?? 128);
        long kernel = config.Optional("mamba_d_conv", "conv_kernel", "d_conv") ?? 4;
        return (h * ((2 * inner) + (2 * states) + heads)) + ((inner + (2 * states)) * (kernel + 1)) + (3 * heads) + inner + (inner * h);
    }
}
