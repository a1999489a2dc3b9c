using System.Collections.ObjectModel;

namespace VastPS;

/// <summary>The server's own fields. A read-only IDictionary, because PowerShell reads keys of that as members.</summary>
internal static class RawFields
{
    public static IReadOnlyDictionary<string, object?> None { get; } =
        new ReadOnlyDictionary<string, object?>(new Dictionary<string, object?>());
}
