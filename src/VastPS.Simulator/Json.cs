using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VastPS.Simulator;

/// <summary>Reading and writing JSON as loosely as the service does.</summary>
internal static class Json
{
    /// <summary>Stands for a bare NaN, which JSON itself cannot say but the service sometimes sends.</summary>
    public const string NaN = "\u0001NaN";

    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonNode node) =>
        node.ToJsonString(s_options).Replace("\"\\u0001NaN\"", "NaN", StringComparison.Ordinal);

    /// <summary>The object in a text; null when it is not JSON or not an object.</summary>
    public static JsonObject? Object(string text) => Any(text) as JsonObject;

    /// <summary>The value in a text; null when it is not JSON. Of repeated keys the last one counts.</summary>
    public static JsonNode? Any(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Node(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A number, also one written as text or as true and false.</summary>
    public static double? Number(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String
            when double.TryParse(value.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) => parsed,
        _ => null,
    };

    public static string? Text(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Null => null,
        _ => value.ToJsonString(),
    };

    public static bool Flag(JsonNode? node, bool otherwise = false) => node is not JsonValue value ? otherwise : value.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetValue<string>().Equals("true", StringComparison.OrdinalIgnoreCase),
        _ => Number(node) is double number && number != 0,
    };

    public static JsonObject Copy(JsonObject source) => (JsonObject)source.DeepClone();

    private static JsonNode? Node(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject made = [];
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    made[property.Name] = Node(property.Value);
                }

                return made;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Node)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
