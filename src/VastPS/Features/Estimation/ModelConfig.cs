using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>Reads a model from the text of a Hugging Face config.json.</summary>
internal static class ModelConfig
{
    // Where models that also see or hear keep their language model.
    private static readonly string[] s_languages = ["text_config", "llm_config", "language_config", "thinker_config"];

    // Networks that are no transformers: what they need follows from images and strides, not from layers and tokens.
    private static readonly string[] s_convolutions =
    [
        "resnet", "convnext", "convnextv2", "efficientnet", "mobilenet", "regnet", "densenet", "vgg", "yolo", "bit", "poolformer", "swin",
        "swinv2", "segformer", "unet", "timm_wrapper", "timm_backbone", "detr", "rt_detr", "levit", "focalnet", "van", "cvt", "albert",
        "rwkv", "xlstm", "perceiver", "reformer", "funnel", "canine", "sam", "sam2",
    ];

    /// <summary>The shape that a config.json describes.</summary>
    /// <param name="json">Text of the file.</param>
    /// <param name="source">What the user gave, for errors.</param>
    public static ModelShape Parse(string json, string source) => Read(json, source).Shape;

    /// <summary>The model that a config.json describes.</summary>
    public static ModelCard Read(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, source);
        }
        catch (JsonException e)
        {
            throw VastException.Because(e, VastReason.ModelConfigInvalid, source, "it is not JSON");
        }
    }

    public static ModelCard Read(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new VastException(VastReason.ModelConfigInvalid, source, "it is not a JSON object");
        }

        var whole = new ConfigFields(element, source);
        if (DiffusionModel.IsOne(whole))
        {
            return DiffusionModel.Read(whole) with { StoredAs = StoredWeightsRule.Of(whole), FileBytes = FileBytes(whole, whole) };
        }

        ConfigFields language = Language(whole);
        string type = language.Text("model_type") is { Length: > 0 } own ? own : whole.Text("model_type");
        if (Array.Find(s_convolutions, c => type == c || type.StartsWith(c + "_", StringComparison.Ordinal)) is not null)
        {
            throw new VastException(VastReason.ModelNotCounted, source, $"model_type '{type}' is no transformer of equal layers");
        }

        ModelCard card = LayeredModel.Read(language, whole, type);
        return card with
        {
            StoredAs = StoredWeightsRule.Of(whole) is { Length: > 0 } stored ? stored : StoredWeightsRule.Of(language),
            FileBytes = FileBytes(whole, language),
        };
    }

    // The part that computes the tokens; the whole where there is no such part.
    private static ConfigFields Language(ConfigFields whole)
    {
        foreach (string field in s_languages)
        {
            if (whole.Object(field) is { } part)
            {
                return part.Object("text_config") ?? part;
            }
        }

        return whole;
    }

    private static double FileBytes(ConfigFields whole, ConfigFields language)
    {
        string type = new[] { whole.Text("dtype"), whole.Text("torch_dtype"), language.Text("dtype"), language.Text("torch_dtype") }
            .FirstOrDefault(t => t.Length > 0) ?? "";
        return type switch
        {
            "" => 0,
            _ when type.Contains("64", StringComparison.Ordinal) => 8,
            _ when type.Contains("32", StringComparison.Ordinal) => 4,
            _ when type.Contains("float8", StringComparison.Ordinal) => 1,
            _ => 2,
        };
    }
}
