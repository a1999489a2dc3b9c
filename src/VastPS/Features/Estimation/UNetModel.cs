namespace VastPS.Features.Estimation;

/// <summary>Parameters of a UNet with attention to a text, as diffusers' UNet2DConditionModel builds it from its config.</summary>
internal static class UNetModel
{
    /// <summary>Counts it; null where the config is not whole.</summary>
    public static DiffusionModel.Blocks? Count(ConfigFields config)
    {
        IReadOnlyList<int> widths = config.Numbers("block_out_channels");
        if (widths.Count == 0 || config.Optional("cross_attention_dim") is not { } text)
        {
            return null;
        }

        int levels = widths.Count;
        int each = config.Optional("layers_per_block") ?? 2;
        int[] depths = [.. Enumerable.Range(0, levels).Select(i => Depth(config, i))];
        bool[] attends = [.. Enumerable.Range(0, levels).Select(i => Attends(config, "down_block_types", i, i < levels - 1))];
        long time = 4L * widths[0];
        long channels = config.Optional("in_channels") ?? 4;
        long all = (9 * channels * widths[0]) + widths[0] + (widths[0] * time) + (time * time) + (2 * time);
        all += config.Optional("projection_class_embeddings_input_dim") is { } added ? (added * time) + (time * time) + (2 * time) : 0;
        all += (2L * widths[0]) + (9L * widths[0] * (config.Optional("out_channels") ?? 4)) + 4;

        // Down: each level has so many pairs of a convolution block and attention, and a convolution that halves the image.
        List<long> skips = [widths[0]];
        int blocks = 0;
        for (int i = 0; i < levels; i++)
        {
            for (int j = 0; j < each; j++)
            {
                all += Residual(j == 0 && i > 0 ? widths[i - 1] : widths[i], widths[i], time)
                    + (attends[i] ? Attention(widths[i], text, depths[i], config) : 0);
                blocks += attends[i] ? depths[i] : 0;
                skips.Add(widths[i]);
            }

            if (i < levels - 1)
            {
                all += (9L * widths[i] * widths[i]) + widths[i];
                skips.Add(widths[i]);
            }
        }

        all += (2 * Residual(widths[^1], widths[^1], time)) + Attention(widths[^1], text, depths[^1], config);
        blocks += depths[^1];

        // Up: one pair more at each level, which also takes what was kept on the way down.
        long from = widths[^1];
        for (int i = levels - 1; i >= 0; i--)
        {
            for (int j = 0; j <= each; j++)
            {
                long kept = skips[^1];
                skips.RemoveAt(skips.Count - 1);
                all += Residual(from + kept, widths[i], time) + (attends[i] ? Attention(widths[i], text, depths[i], config) : 0);
                blocks += attends[i] ? depths[i] : 0;
                from = widths[i];
            }

            all += i > 0 ? (9L * widths[i] * widths[i]) + widths[i] : 0;
        }

        return new DiffusionModel.Blocks(all, Math.Max(1, blocks), widths[^1], Heads(widths[^1]));
    }

    // What the likeness is built of: heads of 64.
    private static int Heads(int width) => width % 64 == 0 ? width / 64 : 1;

    // Two convolutions with their norms, the step, and a convolution of one pixel where the width changes.
    private static long Residual(long from, long to, long time) =>
        (2 * from) + (9 * from * to) + to + (time * to) + to + (2 * to) + (9 * to * to) + to + (from == to ? 0 : (from * to) + to);

    // A transformer at one place: matrices in and out, and blocks with attention to itself, to the text, and a gated MLP.
    private static long Attention(long width, long text, int depth, ConfigFields config)
    {
        long project = (2 * width) + (2 * ((width * width) + width));
        long self = (4 * width * width) + width;
        long other = (2 * width * width) + (2 * text * width) + width;
        long mlp = (width * 8 * width) + (8 * width) + (4 * width * width) + width;
        return project + (depth * (self + other + mlp + (6 * width)));
    }

    private static int Depth(ConfigFields config, int level) =>
        config.Numbers("transformer_layers_per_block") is { Count: > 0 } each ? each[Math.Min(level, each.Count - 1)]
        : config.Optional("transformer_layers_per_block") ?? 1;

    private static bool Attends(ConfigFields config, string field, int level, bool otherwise) =>
        config.Items(field) is { } kinds && level < kinds.Count
            ? kinds[level].GetString()?.Contains("CrossAttn", StringComparison.Ordinal) == true
            : otherwise;
}
