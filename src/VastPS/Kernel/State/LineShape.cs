using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace VastPS.Kernel.State;

/// <summary>What a line says of itself without being parsed whole.</summary>
/// <param name="Key">What it is about: the values of the key, each on a line of its own.</param>
/// <param name="Facts">What it can be found by besides; null where it does not say.</param>
/// <param name="IsGone">True where it takes back what was noted under its key.</param>
internal readonly record struct LineHead(string Key, string?[] Facts, bool IsGone);

/// <summary>
/// Where the key and the facts of a line stand. The line is read no further than to the last of them, and no objects are made of it:
/// a hundred thousand lines that nobody asks for must cost next to nothing.
/// </summary>
internal sealed class LineShape
{
    /// <summary>The property by which a line takes back what was noted under its key.</summary>
    public const string Gone = "Forgotten";

    // Stands for the end of the line, where all of it must be read.
    private const uint End = 1u << 31;

    private readonly int _demanded;
    private readonly int _keys;
    private readonly int _gone;
    private readonly byte[][][] _paths;
    private readonly byte[] _rare;
    private readonly uint _ofRare;

    /// <param name="key">Properties that make the key, such as "Server"; a line without one of them is none of ours.</param>
    /// <param name="more">Properties of one object that belong to the key where a line has it, such as "Measured.GpuName".</param>
    /// <param name="facts">Properties that it is found by besides.</param>
    /// <param name="canBeGone">True where lines may take back what was noted.</param>
    public LineShape(string[] key, string[] more, string[] facts, bool canBeGone = false)
    {
        _demanded = key.Length;
        _keys = key.Length + more.Length;
        string[] all = [.. key, .. more, .. facts, .. canBeGone ? [Gone] : Array.Empty<string>()];
        _gone = canBeGone ? all.Length - 1 : -1;
        _paths = [.. all.Select(path => path.Split('.').Select(Encoding.UTF8.GetBytes).ToArray())];
        string rare = canBeGone ? Gone : more.Length > 0 ? more[0].Split('.')[0] : "";
        _rare = Encoding.UTF8.GetBytes($"\"{rare}\"");
        _ofRare = Mask(all, path => path.Split('.')[0] == rare);
    }

    /// <summary>The head of a line; null where it is no JSON object, is torn, or has no key.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="isWhole">False where the line may be torn anywhere, so that all of it must be looked at.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LineHead? Read(ReadOnlySpan<byte> line, bool isWhole)
    {
        string?[] values = new string?[_paths.Length];
        uint missing = ((1u << _paths.Length) - 1) | (isWhole ? 0 : End);
        missing &= _ofRare != 0 && line.IndexOf(_rare) < 0 ? ~_ofRare : uint.MaxValue;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            ReadObject(ref reader, 0, uint.MaxValue, values, ref missing);
            bool isTorn = missing == 0 ? line.TrimEnd(" \t\r"u8) is not [.., (byte)'}'] : reader.Read();
            return isTorn || values.AsSpan(0, _demanded).IndexOfAny(null, "") >= 0
                ? null
                : new LineHead(
                    string.Join('\n', values, 0, _keys),
                    values[_keys..(_gone < 0 ? values.Length : _gone)],
                    _gone >= 0 && values[_gone] == "true");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadObject(ref Utf8JsonReader reader, int depth, uint open, string?[] values, ref uint missing)
    {
        while (missing != 0 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            uint named = 0;
            for (int i = 0; i < _paths.Length; i++)
            {
                named |= (open & (1u << i)) != 0 && _paths[i].Length > depth && reader.ValueTextEquals(_paths[i][depth]) ? 1u << i : 0;
            }

            _ = reader.Read();
            if (named != 0 && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, depth + 1, named, values, ref missing);
                continue;
            }

            for (int i = 0; named != 0 && i < _paths.Length; i++)
            {
                if ((named & (1u << i)) != 0 && _paths[i].Length == depth + 1)
                {
                    values[i] = Text(ref reader);
                    missing &= ~(1u << i);
                }
            }

            reader.Skip();
        }
    }

    private static uint Mask(string[] paths, Func<string, bool> isOf) =>
        paths.Select((path, i) => isOf(path) ? 1u << i : 0).Aggregate(0u, (all, one) => all | one);

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        _ => null,
    };
}
