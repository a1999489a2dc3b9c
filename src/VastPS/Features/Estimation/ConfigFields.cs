using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>Fields of a config.json under the names that its authors chose.</summary>
internal readonly struct ConfigFields(JsonElement config, string source)
{
    private static readonly string[] s_readParts =
    [
        "text_config", "llm_config", "language_config", "vision_config", "vit_config", "vision_encoder_config", "audio_config",
        "speech_config", "audio_encoder_config", "quantization_config", "compression_config", "linear_attn_config", "generation_config",
        "task_specific_params_config", "attn_config", "ffn_config", "rope_config", "init_config",
    ];

    /// <summary>What the user gave, for errors.</summary>
    public string Source => source;

    /// <summary>
    /// The first of these that is a whole number; of a list of numbers, one for each layer, the first. Null where there is
    /// none.
    /// </summary>
    public int? Optional(params string[] names)
    {
        foreach (string name in names)
        {
            if (!config.TryGetProperty(name, out JsonElement value))
            {
                continue;
            }

            JsonElement first = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0] : value;
            if (first.ValueKind == JsonValueKind.Number && first.TryGetInt32(out int number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The first of these that is a whole number.</summary>
    public int Number(params string[] names) => Optional(names)
        ?? throw new VastException(VastReason.ModelConfigInvalid, source, $"it has no whole number {string.Join(" or ", names)}");

    /// <summary>A number with or without a fraction; null where there is none.</summary>
    public double? Real(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>How many members an object has; null where there is none.</summary>
    public int? Members(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Count()
            : null;

    /// <summary>How often an array holds a text; null where there is no array.</summary>
    public int? Count(string name, string text) => Items(name)?.Count(v => v.ValueKind == JsonValueKind.String && v.ValueEquals(text));

    /// <summary>Members of an array; null where there is none.</summary>
    public IReadOnlyList<JsonElement>? Items(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : null;

    /// <summary>Numbers of an array; empty where there is none.</summary>
    public IReadOnlyList<int> Numbers(string name) =>
        [.. (Items(name) ?? []).Where(v => v.ValueKind == JsonValueKind.Number).Select(v => v.TryGetInt32(out int n) ? n : 0)];

    /// <summary>Every member that is a whole number, by its name.</summary>
    public Dictionary<string, long> AllNumbers() => config.EnumerateObject()
        .Where(p => p.Value.ValueKind == JsonValueKind.Number && p.Value.TryGetInt64(out _))
        .DistinctBy(p => p.Name)
        .ToDictionary(p => p.Name, p => p.Value.GetInt64(), StringComparer.Ordinal);

    /// <summary>An object within; null where there is none.</summary>
    public ConfigFields? Object(string name) =>
        config.ValueKind == JsonValueKind.Object
        && config.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Object
            ? new ConfigFields(value, source)
            : null;

    /// <summary>True where it describes parts that nobody reads here: "token2wav_config" and the like.</summary>
    public bool HasOtherParts() => config.EnumerateObject().Any(p => p.Value.ValueKind == JsonValueKind.Object
        && p.Name.EndsWith("_config", StringComparison.Ordinal)
        && !s_readParts.Contains(p.Name));

    /// <summary>True where the field is there and not null.</summary>
    public bool Has(string name) => config.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public bool? Flag(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    public bool Is(string name) => Flag(name) == true;

    /// <summary>A text; empty where there is none.</summary>
    public string Text(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The width of a head.</summary>
    public static int Quotient(int hidden, int heads) => heads > 0 && hidden % heads == 0
        ? hidden / heads
        : throw new VastException(
            VastReason.WorkloadContradicts,
            $"hidden_size {hidden}",
            $"num_attention_heads {heads}",
            "the width does not divide into the heads");
}
