using System.Text.Json;

namespace VastPS.Features.Estimation;

/// <summary>What stands beside the network of an image or video model, from its model_index.json.</summary>
internal static class PipelineRule
{
    /// <summary>In words, one for each kind.</summary>
    public static IReadOnlyList<string> Parts(string json)
    {
        Dictionary<string, string> parts = Classes(json);
        string[] encoders = [.. parts.Where(p => p.Key.StartsWith("text_encoder", StringComparison.Ordinal)).Select(p => p.Value)];
        List<string> words = [];
        if (encoders.Length > 0)
        {
            words.Add($"text encoders beside it: {string.Join(", ", encoders)}");
        }

        if (parts.ContainsKey("transformer_2"))
        {
            words.Add("a second network of the same class beside it, for the other half of the steps");
        }

        words.AddRange(parts.Where(p => p.Key is "vae" or "image_encoder").Select(p => $"{p.Key} beside it: {p.Value}"));
        return words;
    }

    private static Dictionary<string, string> Classes(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object ? [] : document.RootElement.EnumerateObject()
                .Where(p => p.Value.ValueKind == JsonValueKind.Array && p.Value.GetArrayLength() == 2
                    && p.Value[1].ValueKind == JsonValueKind.String)
                .DistinctBy(p => p.Name)
                .ToDictionary(p => p.Name, p => p.Value[1].GetString()!, StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
