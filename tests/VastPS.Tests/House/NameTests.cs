using System.Text.RegularExpressions;

namespace VastPS.Tests.House;

/// <summary>Names that an engineer from outside knows, and lines that fit a screen.</summary>
public sealed partial class NameTests
{
    private const int LongestLine = 140;

    // Words of our own for what the field calls options, store, services, connections, result.
    private static readonly string[] s_ownWords =
        ["Wish", "Wishes", "Book", "Desk", "World", "Boxes", "Said", "Told", "Seen", "Shown"];

    private static readonly string[] s_ownWordsOfConnections = ["Line", "Way", "Quiet", "Warm"];

    [Fact]
    public void Types_and_files_are_called_by_the_words_of_the_field() => Law.Holds(
        $"No type or file bears {string.Join(", ", s_ownWords)}, nor in Kernel/Connections {string.Join(", ", s_ownWordsOfConnections)}.",
        Sources().SelectMany(f => Names(f).Where(n => Words(n).Any(w => IsForbidden(w, f))).Select(n => $"{Law.Relative(f)}: {n}")));

    [Fact]
    public void Two_types_of_the_module_never_share_a_name() => Law.Holds(
        "Two types never share a name.",
        Law.Module.GetTypes().Where(t => !t.IsNested
            && !t.Name.Contains('<', StringComparison.Ordinal)
            && t.Namespace?.StartsWith("VastPS", StringComparison.Ordinal) == true)
            .GroupBy(t => t.Name).Where(g => g.Count() > 1 && g.Select(t => t.Namespace).Distinct().Count() > 1)
            .Where(g => !s_partsOfOneClass.Contains(g.Key))
            .Select(g => string.Join(", ", g.Select(t => t.FullName))));

    // Each feature has its own sentences, and one helper for its views.
    private static readonly string[] s_partsOfOneClass = ["Texts", "Formats"];

    [Fact]
    public void Lines_fit_a_screen() => Law.Holds(
        $"A line has at most {LongestLine} characters; only a text in one piece may pass that.",
        Sources().SelectMany(TooLong));

    private static IEnumerable<string> TooLong(string file)
    {
        bool isInRawText = false;
        foreach ((string line, int index) in File.ReadLines(file).Select((line, i) => (line, i)))
        {
            bool isText = isInRawText || (line.IndexOf('"', StringComparison.Ordinal) is >= 0 and < 60);
            isInRawText ^= RawMark().Count(line) % 2 == 1;
            if (line.Length > LongestLine && !isText)
            {
                yield return $"{Law.Relative(file)}:{index + 1}";
            }
        }
    }

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "bench", "tools" }.SelectMany(folder => Law.Files(folder, "*.cs"));

    private static IEnumerable<string> Names(string file) =>
        Declared().Matches(File.ReadAllText(file))
            .Select(m => m.Groups["name"].Value).Append(Path.GetFileNameWithoutExtension(file)).Distinct();

    private static IEnumerable<string> Words(string name) => Word().Matches(name).Select(m => m.Value);

    private static bool IsForbidden(string word, string file) => s_ownWords.Contains(word)
        || (s_ownWordsOfConnections.Contains(word)
            && Law.Relative(file).StartsWith("src/VastPS/Kernel/Connections/", StringComparison.Ordinal));

    [GeneratedRegex(
        @"^\s*(?:public |internal |private |protected |sealed |static |abstract |partial |readonly )*(?:class|record|struct|interface|"
        + @"enum|record struct) (?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawMark();
}
