using System.Globalization;
using System.Numerics;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

/// <summary>
/// Reads JSON as this server writes it: NaN and Infinity, repeated keys (the last wins), numbers as text, blanks at the end
/// of texts, anything missing or of the wrong kind is null. Texts come without what a terminal would obey.
/// </summary>
internal static class LenientJson
{
    private static readonly JsonSerializer s_serializer = JsonSerializer.Create(new JsonSerializerSettings
    {
        Converters = { new NumberConverter(), new WholeConverter(), new TruthConverter(), new TextConverter() },
        DateParseHandling = DateParseHandling.None,
        MaxDepth = 64,
    });

    /// <summary>The text as a tree.</summary>
    /// <exception cref="FormatException">It is not one whole JSON value.</exception>
    public static JToken Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None, MaxDepth = 64 };
        try
        {
            JToken tree =
                JToken.ReadFrom(reader, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Replace });
            return reader.Read() ? throw new FormatException("something follows its end") : tree;
        }
        catch (JsonException)
        {
            // Without the cause: its message quotes the text, and a server may have put a key there.
            throw new FormatException(text.Length == 0 ? "it is empty" : "it is not JSON or breaks off");
        }
    }

    /// <summary>A tree as an object shaped like the server's.</summary>
    public static T To<T>(JToken tree) => tree.ToObject<T>(s_serializer)!;

    /// <summary>A tree as dictionaries, lists, texts without secrets, numbers and booleans.</summary>
    /// <param name="tree">Any JSON.</param>
    /// <param name="keep">Whether a field of an object may be kept, by name.</param>
    public static object? Plain(JToken? tree, Func<string, bool> keep) => tree switch
    {
        JObject fields => Fields(fields, keep),
        JArray items => Array.AsReadOnly(items.Select(i => Plain(i, keep)).ToArray()),
        JValue { Value: string text } => Redactor.Clean(TerminalText.Clean(text).Trim()),
        JValue { Value: BigInteger large } => (double)large,
        JValue value => value.Value,
        _ => null,
    };

    /// <inheritdoc cref="Plain"/>
    public static IReadOnlyDictionary<string, object?> Fields(JObject fields, Func<string, bool> keep)
    {
        var plain = new Dictionary<string, object?>(fields.Count, StringComparer.Ordinal);
        foreach ((string name, JToken? value) in fields)
        {
            if (keep(name))
            {
                plain[name] = Plain(value, keep);
            }
        }

        return new RawFields(plain);
    }

    private abstract class Converter<T> : JsonConverter
    {
        public override bool CanWrite => false;

        public override bool CanConvert(Type objectType) => objectType == typeof(T);

        public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
        {
            if (reader.TokenType is JsonToken.StartObject or JsonToken.StartArray)
            {
                reader.Skip();
                return null;
            }

            return reader.Value is { } value ? Convert(value) : null;
        }

        public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) => throw new NotSupportedException();

        protected abstract object? Convert(object value);

        protected static double? Number(object value)
        {
            double? number = value switch
            {
                double d => d,
                long l => l,
                BigInteger b => (double)b,
                bool b => b ? 1 : 0,
                string s when double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) => d,
                _ => null,
            };
            return number is { } n && double.IsFinite(n) ? n : null;
        }
    }

    private sealed class NumberConverter : Converter<double?>
    {
        protected override object? Convert(object value) => Number(value);
    }

    private sealed class WholeConverter : Converter<long?>
    {
        protected override object? Convert(object value) => value switch
        {
            long whole => whole,
            string text when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) => whole,
            _ when Number(value) is { } number && Math.Abs(number) < 9e18 => (long)number,
            _ => null,
        };
    }

    private sealed class TruthConverter : Converter<bool?>
    {
        protected override object? Convert(object value) => value switch
        {
            bool truth => truth,
            string text when bool.TryParse(text, out bool truth) => truth,
            _ => Number(value) is { } number ? number != 0 : null,
        };
    }

    private sealed class TextConverter : Converter<string>
    {
        protected override object? Convert(object value) =>
            TerminalText.Clean(System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Trim();
    }
}
