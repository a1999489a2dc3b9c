using System.Text;
using System.Text.Json;

namespace VastPS.Kernel.State;

/// <summary>What a line says of itself without being parsed whole.</summary>
/// <param name="Key">What it is about: the values of the key, each on a line of its own.</param>
/// <param name="Facts">What it can be found by besides; null where it does not say.</param>
/// <param name="IsGone">True where it takes back what was noted under its key.</param>
internal readonly record struct LineHead(string Key, string?[] Facts, bool IsGone);

/// <summary>
/// Where the key and the facts of a line stand. Finding them makes no objects of the rest, so a hundred thousand lines that nobody
/// asks for cost a tenth of a second once.
/// </summary>
internal sealed class LineShape
{
    /// <summary>The property by which a line takes back what was noted under its key.</summary>
    public const string Gone = "Forgotten";

    private readonly int _demanded;
    private readonly int _keys;
    private readonly byte[][][] _paths;

    /// <param name="key">Properties that make the key, such as "Server"; a line without one of them is none of ours.</param>
    /// <param name="more">Properties that belong to the key where a line has them, such as "Measured.GpuName".</param>
    /// <param name="facts">Properties that it is found by besides.</param>
    public LineShape(string[] key, string[] more, string[] facts)
    {
        _demanded = key.Length;
        _keys = key.Length + more.Length;
        _paths = [.. key.Concat(more).Concat(facts).Append(Gone)
            .Select(path => path.Split('.').Select(Encoding.UTF8.GetBytes).ToArray())];
    }

    /// <summary>The head of a line; null where it is no JSON object, is torn, or has no key.</summary>
    public LineHead? Read(ReadOnlySpan<byte> line)
    {
        string?[] values = new string?[_paths.Length];
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            ReadObject(ref reader, 0, uint.MaxValue, values);
            _ = reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        return values.AsSpan(0, _demanded).IndexOfAny(null, "") >= 0
            ? null
            : new LineHead(string.Join('\n', values, 0, _keys), values[_keys..^1], values[^1] == "true");
    }

    private void ReadObject(ref Utf8JsonReader reader, int depth, uint open, string?[] values)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            uint named = 0;
            for (int i = 0; i < _paths.Length; i++)
            {
                named |= (open & (1u << i)) != 0 && _paths[i].Length > depth && reader.ValueTextEquals(_paths[i][depth]) ? 1u << i : 0;
            }

            _ = reader.Read();
            if (named != 0 && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, depth + 1, named, values);
                continue;
            }

            for (int i = 0; named != 0 && i < _paths.Length; i++)
            {
                values[i] = (named & (1u << i)) != 0 && _paths[i].Length == depth + 1 ? Text(ref reader) : values[i];
            }

            reader.Skip();
        }
    }

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        _ => null,
    };
}
