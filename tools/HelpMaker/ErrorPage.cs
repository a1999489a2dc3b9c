using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VastPS;
using VastPS.Kernel.Shell;

namespace HelpMaker;

/// <summary>docs/errors.md: every error id with its meaning, sentence and next step, from the catalogue itself.</summary>
internal static partial class ErrorPage
{
    public static string Render()
    {
        Dictionary<string, string> meanings = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "VastPS.xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => Blanks().Replace(m.Element("summary")?.Value ?? "", " ").Trim());
        var page = new StringBuilder("""
            # Errors

            Every error of VastPS has an id that never changes: `$_.FullyQualifiedErrorId` begins with it. The message names the value,
            and below it stands the next thing to type: `$_.ErrorDetails.RecommendedAction`. `$_.Exception.Message` has both. Below, `…`
            stands for such values.
            Written by `./build.sh help` from the catalogue in the code.

            """.ReplaceLineEndings("\n"));
        foreach ((VastReason reason, VastErrors.Entry entry) in VastErrors.Catalogue.OrderBy(e => e.Key.ToString(), StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## Vast{reason}\n\n{meanings[$"F:VastPS.VastReason.{reason}"]}\n");
            page.Append(CultureInfo.InvariantCulture, $"\n- Category: {entry.Category}\n- Message: {Shown(entry.Sentence)}\n");
            if (entry.Next.Length > 0)
            {
                page.Append(CultureInfo.InvariantCulture, $"- Next: {Shown(entry.Next)}\n");
            }
        }

        return page.ToString();
    }

    private static string Shown(string format) =>
        Hole().Replace(format, "…").Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"(?<!\{)\{\d[^}]*\}")]
    private static partial Regex Hole();
}
