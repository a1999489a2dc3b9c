using VastPS.Features.Estimation;

namespace VastPS.Bench;

/// <summary>
/// The shape behind a row. The columns leave open whether the MLP is gated, the head is tied, how wide a head is and whether there
/// are experts: the published number of parameters decides, as only one combination gives it.
/// </summary>
internal static class RowShape
{
    // Models whose experts neither a note nor the catalogue names send a token to about this many.
    private const int ActiveExperts = 4;

    // A dense shape explains a count to this share; more means experts.
    private const double DenseTolerance = 0.10;

    public static ModelShape Of(MeasuredRow row)
    {
        int layers = row.Count("layers")!.Value;
        int hidden = row.Count("hidden")!.Value;
        int heads = row.Count("heads")!.Value;
        double parameters = row.Number("params_b")!.Value * 1e9;
        if (ModelCatalogue.Exact(row["model"]) is { } known && known.Shape is var shape
            && shape.ExpertCount > 0 && shape.Layers == layers && shape.HiddenSize == hidden)
        {
            return shape;
        }

        IEnumerable<ModelShape> candidates =
            from gated in new[] { true, false }
            from tied in new[] { true, false }
            from dim in new[] { hidden / heads, 64, 128, 256 }.Distinct()
            select new ModelShape
            {
                Layers = layers, HiddenSize = hidden, AttentionHeads = heads, KeyValueHeads = row.Count("kv_heads") ?? heads, HeadDim = dim,
                MlpWidth = row.Count("ffn_hidden")!.Value, VocabSize = row.Count("vocab")!.Value, GatedMlp = gated, TiedEmbeddings = tied,
            };
        ModelShape best =
            candidates.MinBy(s => Math.Abs(s.Parameters - parameters) + (s.HeadDim == hidden / heads ? 0 : 0.002 * parameters))!;
        return best.Parameters < (1 - DenseTolerance) * parameters ? WithExperts(
            best with { HeadDim = hidden / heads >= 64 ? hidden / heads : 64, GatedMlp = true, TiedEmbeddings = false }, parameters,
                row) : best;
    }

    private static ModelShape WithExperts(ModelShape dense, double parameters, MeasuredRow row)
    {
        double expert = (double)dense.Layers * dense.MlpMatrices * dense.HiddenSize * dense.MlpWidth;
        int count = Math.Max(2, (int)Math.Round((parameters - dense.Parameters + expert) / expert));
        int active = int.TryParse(row.Note("active_experts") ?? row.Note("experts_per_token"), out int noted) ? noted : ActiveExperts;
        return dense with { ExpertCount = count, ActiveExperts = Math.Clamp(active, 1, count), ExpertWidth = dense.MlpWidth };
    }
}
