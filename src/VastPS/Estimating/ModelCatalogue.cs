using System.Text.Json;
using System.Text.RegularExpressions;
using VastPS.Basics;

namespace VastPS.Estimating;

/// <summary>The built-in shapes of widely used open models, under the names of the Hugging Face hub.</summary>
internal static partial class ModelCatalogue
{
    private static readonly Lazy<IReadOnlyList<(string Name, ModelShape Shape)>> s_models = new(Load);

    /// <summary>All names, as the hub spells them.</summary>
    public static IEnumerable<string> Names => s_models.Value.Select(m => m.Name);

    /// <summary>
    /// The model of a name. The owner may be left out or be a mirror, and tuned variants have the shape of their base:
    /// "unsloth/Llama-3.1-8B-Instruct" finds "meta-llama/Llama-3.1-8B".
    /// </summary>
    public static (string Name, ModelShape Shape) Find(string name)
    {
        string key = Key(name);
        foreach ((string Name, ModelShape Shape) model in s_models.Value)
        {
            if (Key(model.Name) == key)
            {
                return model;
            }
        }

        throw new VastException(VastReason.ModelUnknown, name, string.Join(", ", Near(key)));
    }

    private static IEnumerable<string> Near(string key) => Names
        .OrderBy(n => Distance(Key(n), key))
        .ThenBy(n => n, StringComparer.Ordinal)
        .Take(4);

    private static string Key(string name)
    {
        string key = name.Trim().ToLowerInvariant();
        key = key[(key.LastIndexOf('/') + 1)..];
        return Variant().Replace(key, "");
    }

    [GeneratedRegex("(-(instruct|chat|it|hf|base|pt))+$")]
    private static partial Regex Variant();

    // Edits between two names; a missing tail costs as much as any other edit.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                corner = above;
            }
        }

        return row[b.Length];
    }

    private static List<(string Name, ModelShape Shape)> Load()
    {
        using var document = JsonDocument.Parse(EmbeddedText.Read("models.json"));
        return [.. document.RootElement.EnumerateObject().Select(m => (m.Name, ModelConfig.Parse(m.Value, m.Name)))];
    }
}
