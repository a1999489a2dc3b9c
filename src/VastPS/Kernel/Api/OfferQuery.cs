using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Kernel.Api;

/// <summary>
/// The official client's text language for offers: "num_gpus=1 gpu_name=RTX_4090 dph&lt;0.5 geolocation in [US,CA]".
/// Pure: text to filters.
/// </summary>
internal sealed partial class OfferQuery
{
    private const string Source = "-Query";

    private static readonly IReadOnlyDictionary<string, string> s_operators = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["="] = "eq", ["=="] = "eq", ["eq"] = "eq",
        ["!="] = "neq", ["neq"] = "neq", ["noteq"] = "neq", ["not eq"] = "neq",
        ["<"] = "lt", ["lt"] = "lt",
        ["<="] = "lte", ["lte"] = "lte",
        [">"] = "gt", ["gt"] = "gt",
        [">="] = "gte", ["gte"] = "gte",
        ["in"] = "in",
        ["notin"] = "notin", ["nin"] = "notin", ["not in"] = "notin",
    };

    private readonly string _text;
    private readonly OfferFilters _filters;
    private readonly HashSet<string> _any = new(StringComparer.Ordinal);
    private int _at;

    private OfferQuery(string text, OfferFilters filters)
    {
        _text = text;
        _filters = filters;
    }

    /// <summary>Fields whose filter the query takes away with any, * or ?.</summary>
    public IReadOnlySet<string> AnyFields => _any;

    /// <summary>Adds the comparisons of a query to filters; what the query says replaces defaults.</summary>
    /// <exception cref="VastException">QueryInvalid, naming the piece and its position.</exception>
    public static OfferQuery Apply(string text, OfferFilters filters)
    {
        var query = new OfferQuery(text, filters);
        while (query.SkipBlanks())
        {
            query.Comparison();
        }

        return query;
    }

    /// <summary>Reads an order such as "num_gpus,total_flops-": a minus behind a name, or before it, sorts descending.</summary>
    /// <exception cref="VastException">QueryInvalid, OfferFieldUnknown.</exception>
    public static IReadOnlyList<(string Field, bool Descending)> Order(string text)
    {
        var order = new List<(string, bool)>();
        int position = 1;
        foreach (string piece in text.Split(','))
        {
            string name = piece.Trim();
            bool descending = name.StartsWith('-') || name.EndsWith('-');
            string field = name.Trim('+', '-').Trim();
            if (!WholeName().IsMatch(field) || name.Length - field.Length > 1)
            {
                throw new VastException(
                    VastReason.QueryInvalid, piece, position, "a field to order by was expected, with - behind it for descending");
            }

            order.Add((OfferFields.ForOrder(field), descending));
            position += piece.Length + 1;
        }

        return order;
    }

    private void Comparison()
    {
        int start = _at;
        Match name = Name().Match(_text, _at);
        if (!name.Success)
        {
            throw Wrong(start, "a field name was expected");
        }

        _at += name.Length;
        string field = OfferFields.Named(name.Value);
        if (!OfferFields.IsKnown(field))
        {
            // The server would find nothing, or everything, and not say why. Who knows a field that VastPS does not has -Filter.
            throw Wrong(start, $"there is no field '{name.Value}'; near it: {string.Join(", ", OfferFields.Near(name.Value))}");
        }

        string operation = Operator(start);
        int valueStart = SkipBlanks() ? _at : start;
        (string text, bool isList, bool isQuoted) = Value(start);

        if (!isQuoted && text is "any" or "*" or "?")
        {
            if (operation != "eq")
            {
                throw Wrong(start, "'any' goes with = only");
            }

            _filters.Remove(field);
            _any.Add(field);
            return;
        }

        if (isList != operation is "in" or "notin")
        {
            throw Wrong(
                start, isList ? "a list in square brackets goes with 'in' or 'notin'" : "'in' and 'notin' take a list in square brackets");
        }

        object? value = isList
            ? Items(text, valueStart).Select(i => Typed(field, i, valueStart)).ToArray()
            : Typed(field, text, valueStart);
        _any.Remove(field);
        _filters.Set(field, operation, value, Source);
    }

    private string Operator(int start)
    {
        SkipBlanks();
        Match sign = Sign().Match(_text, _at);
        Match word = sign.Success ? sign : Word().Match(_text, _at);
        if (!word.Success || !s_operators.TryGetValue(Blanks().Replace(word.Value, " "), out string? operation))
        {
            throw Wrong(start, sign.Success
                ? $"there is no operator '{sign.Value}'"
                : "an operator was expected after the field: = != < <= > >= in notin");
        }

        _at += word.Length;
        return operation;
    }

    private (string Text, bool IsList, bool IsQuoted) Value(int start)
    {
        if (_at >= _text.Length)
        {
            throw Wrong(start, "the value is missing");
        }

        char opening = _text[_at];
        if (opening is '[' or '"' or '\'')
        {
            int end = _text.IndexOf(opening == '[' ? ']' : opening, _at + 1);
            if (end < 0)
            {
                throw Wrong(_at, opening == '[' ? "the list has no closing bracket" : "the quote is not closed");
            }

            string inside = _text[(_at + 1)..end];
            if (string.IsNullOrWhiteSpace(inside))
            {
                throw Wrong(start, "the value is empty");
            }

            _at = end + 1;
            return _at < _text.Length && !char.IsWhiteSpace(_text[_at])
                ? throw Wrong(_at, "a blank was expected between comparisons")
                : (inside, opening == '[', opening != '[');
        }

        string bare = Bare().Match(_text, _at).Value;
        if (bare.AsSpan().IndexOfAny("=<>!") is >= 0 and int odd)
        {
            throw Wrong(odd == 0 ? start : _at, odd == 0 ? "the operator is not understood" : "a blank was expected between comparisons");
        }

        _at += bare.Length;
        return (bare.Replace("\"", "", StringComparison.Ordinal), false, false);
    }

    private IEnumerable<string> Items(string list, int start)
    {
        foreach (string item in list.Split(','))
        {
            string text = item.Trim().Trim('"', '\'').Trim();
            yield return text.Length > 0 ? text : throw Wrong(start, "the list has an empty place");
        }
    }

    private object? Typed(string field, string text, int start)
    {
        if (text is "None" or "null")
        {
            return null;
        }

        if (text is "true" or "True" or "false" or "False")
        {
            return text[0] is 't' or 'T';
        }

        if (OfferFields.Multiplier(field) is { } factor)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? number * factor
                : throw Wrong(start, $"{field} takes a number");
        }

        return field == "driver_version" && text.Contains('.', StringComparison.Ordinal) ? Driver(text, start) : text.Replace('_', ' ');
    }

    // 535.86.05 is searched as 535086005.
    private long Driver(string text, int start)
    {
        string[] parts = text.Split('.');
        return parts.Length is 2 or 3 && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit))
            ? long.Parse(string.Concat(parts.Append("0").Take(3).Select(p => p.PadLeft(3, '0'))), CultureInfo.InvariantCulture)
            : throw Wrong(start, "a driver version has the form 535.86.05");
    }

    private bool SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length;
    }

    private VastException Wrong(int start, string why)
    {
        string rest = _text[start..];
        Match piece = Piece().Match(rest);
        return new VastException(VastReason.QueryInvalid, piece.Length > 0 ? piece.Value : rest, start + 1, why);
    }

    [GeneratedRegex(@"\G[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"\G[=!<>]+")]
    private static partial Regex Sign();

    [GeneratedRegex(@"\G(?:not\s+eq|not\s+in|noteq|notin|neq|nin|lte|gte|eq|lt|gt|in)(?=[\s\[""']|$)")]
    private static partial Regex Word();

    [GeneratedRegex(@"\G\S+")]
    private static partial Regex Bare();

    [GeneratedRegex(@"\A\S+(?:\s+\S+){0,2}")]
    private static partial Regex Piece();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
