using System.Globalization;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Connections;

/// <summary>The frame of a probe: what runs between its marks, and how it ended. Only what arrived whole is a section.</summary>
internal sealed record ProbeSection(string Name, IReadOnlyList<string> Lines, int ExitCode);

/// <summary>Shell text in sections, and the sections in what came back.</summary>
internal static class ProbeText
{
    private const string Begin = "vastps-begin";
    private const string End = "vastps-end";

    /// <summary>Defines <c>section NAME COMMAND...</c>, which frames what the command prints and returns its code.</summary>
    public const string Helper = $$"""
        export LC_ALL=C
        section() {
            name=$1
            shift
            echo "{{Begin}} $name"
            "$@" 2>&1
            code=$?
            printf '\n{{End}} %s %s\n' "$name" "$code"
            return "$code"
        }

        """;

    /// <summary>Runs probe bodies in one command; a box that is too slow gives the sections it finished.</summary>
    public static async Task<IReadOnlyList<ProbeSection>> RunAsync(ISshLink link, string body, TimeSpan limit, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(Helper + body) { Timeout = limit }, stop).ConfigureAwait(false);
        return Read(ran.Stdout);
    }

    /// <summary>The whole sections; what was cut off is left out, and the last line counts only with its line end.</summary>
    public static IReadOnlyList<ProbeSection> Read(string output)
    {
        var sections = new List<ProbeSection>();
        string? name = null;
        List<string> lines = [];
        foreach (string raw in TerminalText.Clean(output).Split('\n')[..^1])
        {
            string line = raw.Trim();
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [Begin, string begun])
            {
                (name, lines) = (begun, []);
            }
            else if (words is [End, string ended, string code]
                && ended == name
                && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int exit))
            {
                sections.Add(new ProbeSection(name, lines, exit));
                name = null;
            }
            else if (name is not null && line.Length > 0)
            {
                lines.Add(line);
            }
        }

        return sections;
    }

    /// <summary>The last section of a name: a question asked in two ways is answered by the second.</summary>
    public static ProbeSection? Find(this IReadOnlyList<ProbeSection> sections, string name) => sections.LastOrDefault(s => s.Name == name);

    /// <summary>The lines of a section that went well; none otherwise.</summary>
    public static IReadOnlyList<string> LinesOf(this IReadOnlyList<ProbeSection> sections, string name) =>
        sections.Find(name) is { ExitCode: 0 } good ? good.Lines : [];

    /// <summary>A number as tools print it in the C locale; null for anything else.</summary>
    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
