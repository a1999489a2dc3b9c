namespace VastPS.Kernel.Api;

/// <summary>Comparisons joined by AND: for each field its operators with their values. Keeps the order of the fields.</summary>
internal sealed class OfferFilters
{
    private readonly List<string> _fields = [];
    private readonly Dictionary<(string Field, string Operator), (object? Value, string Source)> _values = [];

    public static IReadOnlyList<string> Operators { get; } = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "notin"];

    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Adds a comparison. Within one source the last wins and a default gives way; two sources must agree.</summary>
    /// <exception cref="VastException">QueryInvalid where two sources ask for different values.</exception>
    public void Set(string field, string operation, object? value, string source)
    {
        if (_values.TryGetValue((field, operation), out var old)
            && old.Source != source
            && old.Source != OfferOptions.Default
            && !Equals(old.Value, value))
        {
            throw new VastException(VastReason.QueryInvalid, field, 1, $"{old.Source} and {source} ask for different values of it");
        }

        if (!_fields.Contains(field))
        {
            _fields.Add(field);
        }

        _values[(field, operation)] = (value, source);
    }

    public bool Remove(string field)
    {
        foreach (string operation in Operators)
        {
            _values.Remove((field, operation));
        }

        return _fields.Remove(field);
    }

    /// <summary>Who asked for the comparisons of a field: parameters, or the defaults.</summary>
    public IReadOnlyList<string> Sources(string field) =>
        [.. _values.Where(v => v.Key.Field == field).Select(v => v.Value.Source).Distinct()];

    public IReadOnlyDictionary<string, object?> Of(string field) =>
        Operators.Where(o => _values.ContainsKey((field, o))).ToDictionary(o => o, o => _values[(field, o)].Value);
}
