using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>Fields of a config.json under the names that its authors chose.</summary>
internal readonly struct ConfigFields(JsonElement config, string source)
{
    /// <summary>The first of these that is a whole number; null where there is none.</summary>
    public int? Optional(params string[] names)
    {
        foreach (string name in names)
        {
            if (config.TryGetProperty(name, out JsonElement value)
                && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out int number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The first of these that is a whole number.</summary>
    public int Number(params string[] names) => Optional(names)
        ?? throw new VastException(VastReason.ModelConfigInvalid, source, $"it has no whole number {string.Join(" or ", names)}");

    /// <summary>How many members an object has; null where there is none.</summary>
    public int? Members(string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Count()
            : null;

    /// <summary>How often an array holds a text; null where there is no array.</summary>
    public int? Count(string name, string text) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Count(v => v.ValueKind == JsonValueKind.String && v.ValueEquals(text))
        : null;

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
