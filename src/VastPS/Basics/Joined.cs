using System.Collections.ObjectModel;

namespace VastPS.Basics;

/// <summary>A list that reads as its items, one after the other: a table of text such as CSV would show the name of its type.</summary>
internal sealed class Joined<T>(IList<T> items) : ReadOnlyCollection<T>(items)
{
    public override string ToString() => string.Join("; ", this);
}

/// <summary>Makes such lists.</summary>
internal static class Joined
{
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) => items is Joined<T> ? items : new Joined<T>([.. items]);

    /// <summary>Texts without those that are empty.</summary>
    public static IReadOnlyList<string> Filled(IEnumerable<string> texts) =>
        new Joined<string>([.. texts.Where(t => !string.IsNullOrWhiteSpace(t))]);

    public static IReadOnlyList<T> None<T>() => new Joined<T>([]);
}
