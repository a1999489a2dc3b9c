using System.Collections.ObjectModel;

namespace VastPS;

/// <summary>The server's own fields. A read-only IDictionary, because PowerShell reads keys of that as members.</summary>
internal sealed class RawFields(IDictionary<string, object?> fields) : ReadOnlyDictionary<string, object?>(fields)
{
    public static IReadOnlyDictionary<string, object?> None { get; } = new RawFields(new Dictionary<string, object?>());

    public override string ToString() => FormattableString.Invariant($"{Count} fields of the server");
}
