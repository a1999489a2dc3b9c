namespace VastPS.Features.Estimation;

/// <summary>
/// Holds what a config describes against what the files hold. Where both agree to a percent they are believed; where the files have
/// more or less than the config explains, their count is taken and that is said; where both are sure and far apart, it is an error.
/// </summary>
internal static class ModelAgreementRule
{
    private const double Trusted = 0.01;

    // A known kind whose count is further off has a config that is not of these files.
    private const double Apart = 0.10;

    // Packed weights come with scales and zeros, whose share depends on groups that configs do not always tell.
    private const double PackedApart = 0.12;
    private const double PackedBytesApart = 0.35;
    private const double MostPacked = 1.6;

    // Files may hold some layers more than are loaded: each predicts one token further.
    private const int MostPredictors = 3;
    private const double MostPredicting = 0.10;

    /// <summary>The card that both speak for.</summary>
    /// <param name="card">From the config.</param>
    /// <param name="files">From the files.</param>
    /// <param name="name">Of the model, for the error.</param>
    public static ModelCard Agree(ModelCard card, TensorCount files, string name)
    {
        if (!files.IsKnown)
        {
            return card with { Notes = [.. card.Notes, .. Unproven(card)] };
        }

        if (IsPacked(card, files))
        {
            return Packed(card, files, name);
        }

        double held = Held(card, files);
        card = Known(card, held);
        if (Near(held, card.Parameters))
        {
            return card with
            {
                Parameters = files.ByType is not null || files.Unpacked is not null ? (long)held : card.Parameters,
                Notes = card.IsKnown ? card.Notes : [.. card.Notes,
                    $"The kind '{card.Type}' is not known here; its fields, read as usual ones, "
                    + "and its files agree on the count."],
            };
        }

        if (IsPredictors(card, held))
        {
            double extra = held - card.Parameters;
            string part = FormattableString.Invariant($"prediction layer of {extra / 1e9:0.00} B in its files, not loaded");
            return card with { Parts = [.. card.Parts, part] };
        }

        return card.Tables > 0 && Near(held, card.Parameters + card.Tables) ? card : Differing(card, held, name);
    }

    // Such a layer may come with an embedding and a head of its own.
    private static bool IsPredictors(ModelCard card, double held) =>
        card.IsKnown && card.LayerParameters > 0 && held < (1 + MostPredicting) * card.Parameters
        && Enumerable.Range(1, MostPredictors).Any(layers => Enumerable.Range(0, 3).Any(tables => Near(
            held, card.Parameters + (layers * card.LayerParameters) + (tables * (long)card.Shape.VocabSize * card.Shape.HiddenSize))));

    /// <summary>Parameters of the files, nothing packed: by type, or from their bytes and the type that explains them.</summary>
    private static double Held(ModelCard card, TensorCount files)
    {
        if (files.Unpacked is { } exact)
        {
            return exact;
        }

        if (files.ByType is { } types)
        {
            return types.Where(t => IsFloat(t.Key)).Sum(t => (double)t.Value);
        }

        double bytes = files.Bytes!.Value;
        double[] sizes = card.FileBytes > 0 ? [card.FileBytes, 2, 4, 1] : [2, 4, 1];
        double[] explained = [.. sizes.Where(s => Math.Abs((bytes / s / card.Parameters) - 1) <= 0.03)];
        return bytes / (explained.Length > 0 ? explained[0] : sizes[0]);
    }

    // A head that is or is not the embedding, a gate that is or is not there: what the files have decides.
    private static ModelCard Known(ModelCard card, double held)
    {
        if (Near(held, card.Parameters) || card.Shape.IsApproximate)
        {
            return card;
        }

        IEnumerable<ModelShape> others =
            from gated in card.IsKnown ? [card.Shape.GatedMlp] : new[] { card.Shape.GatedMlp, !card.Shape.GatedMlp }
            from tied in new[] { card.Shape.TiedEmbeddings, !card.Shape.TiedEmbeddings }
            select card.Shape with { GatedMlp = gated, TiedEmbeddings = tied };
        long beside = card.Parameters - card.Shape.Parameters;
        ModelShape? fitting = others.FirstOrDefault(s => Near(held, s.Parameters + beside));
        return fitting is null ? card : card with { Shape = fitting, Parameters = fitting.Parameters + beside };
    }

    private static ModelCard Differing(ModelCard card, double held, string name)
    {
        double ratio = held / card.Parameters;
        if (card.IsKnown && !card.IsOpen && Math.Abs(ratio - 1) > Apart && !card.Shape.IsApproximate)
        {
            throw new VastException(VastReason.ModelContradicts, name, Billions(card.Parameters), Billions(held));
        }

        if (card.IsOpen && ratio > 1)
        {
            long others = (long)(held - card.Shape.Parameters) + card.Shape.OtherParameters;
            return card with
            {
                Shape = card.Shape with { OtherParameters = others },
                Parameters = (long)held,
                Parts = [.. card.Parts, $"of the {Billions(held)} in its files {Billions(others)} are beside the layers"],
            };
        }

        string note = card.IsKnown
            ? $"The config of {name} explains {Billions(card.Parameters)}, its files hold {Billions(held)}: the files are believed, the layers are rough."
            : $"The kind '{card.Type}' is not known here. Its fields give {Billions(card.Parameters)}, its files hold {Billions(held)}: "
                + "the files are believed, the layers are a likeness.";
        return card with
        {
            Shape = Likeness(card.Shape, (long)held),
            Parameters = (long)held,
            Notes = [.. card.Notes, note],
        };
    }

    // What is missing is beside the layers; where there is less than the layers, their MLP is narrower.
    private static ModelShape Likeness(ModelShape shape, long held) => held >= shape.Parameters
        ? shape with { OtherParameters = shape.OtherParameters + held - shape.Parameters, IsApproximate = true }
        : shape.MlpWidthFor(held) is >= 1 and var width
            ? shape with { MlpWidth = (int)Math.Round(width), IsApproximate = true }
            : throw new VastException(VastReason.ModelContradicts, "the config", Billions(shape.Parameters), Billions(held));

    private static IEnumerable<string> Unproven(ModelCard card)
    {
        if (!card.IsKnown)
        {
            yield return $"The kind '{card.Type}' is not known here: its fields are read as those of a usual one, and no file was there to "
                + "hold the count against. A smoke test tells: Measure-VastRun -StepTime ... -PeakVramGiB ...";
        }

        if (card.IsOpen)
        {
            yield return "A part of the model is not counted, because its config does not say how large it is.";
        }
    }

    private static bool IsPacked(ModelCard card, TensorCount files) =>
        files.Unpacked is null
        && (files.ByType is { } types ? types.Any(t => t.Key is "U8" or "I8" or "I32" && t.Value > 0) : card.StoredAs.Length > 0);

    private static ModelCard Packed(ModelCard card, TensorCount files, string name)
    {
        double embedding = Math.Min(card.Shape.EmbeddingParameters, card.Parameters);
        double expected, held, apart;
        if (files.ByType is { } types)
        {
            bool isEight = StoredWeightsRule.Bytes(card.StoredAs) > 0.9;
            held = types.Where(t => IsFloat(t.Key)).Sum(t => (double)t.Value)
                + (types.GetValueOrDefault("I8") * 1.0)
                + (types.GetValueOrDefault("U8") * (isEight ? 1.0 : 2.0))
                + (types.GetValueOrDefault("I32") * (isEight ? 4.0 : 8.0));
            (expected, apart) = (card.Parameters, PackedApart);
        }
        else
        {
            held = files.Bytes!.Value;
            expected = (StoredWeightsRule.Bytes(card.StoredAs) * (card.Parameters - embedding)) + (2 * embedding);
            apart = PackedBytesApart;
        }

        if (Math.Abs((held / expected) - 1) <= apart)
        {
            return card;
        }

        double likely = files.ByType is not null ? held : (held - (2 * embedding)) / StoredWeightsRule.Bytes(card.StoredAs) + embedding;
        return card.IsKnown && !card.IsOpen && (likely > MostPacked * card.Parameters || likely < card.Parameters / MostPacked)
            ? throw new VastException(VastReason.ModelContradicts, name, Billions(card.Parameters), "about " + Billions(likely))
            : card with
            {
                Notes = [.. card.Notes, $"The packed files of {name} hold about {Billions(likely)}, its config explains {Billions(card.Parameters)}."],
            };
    }

    private static bool IsFloat(string type) => type.StartsWith('F') || type.StartsWith("BF", StringComparison.Ordinal);

    private static bool Near(double one, double other) => Math.Abs((one / other) - 1) <= Trusted;

    private static string Billions(double count) => FormattableString.Invariant($"{count / 1e9:0.00} B parameters");
}
