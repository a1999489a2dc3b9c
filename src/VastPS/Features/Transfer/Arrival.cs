using System.Globalization;
using System.Text;
using VastPS.Kernel.Local;
using VastPS.Kernel.Text;

namespace VastPS.Features.Transfer;

/// <summary>Shell lines that make folders and links in a hidden folder, and that give everything its own name when it is whole.</summary>
internal static class Arrival
{
    private const int LongestLine = 60_000;
    private const int UsualFolder = 0b111_101_101;

    /// <summary>Lines that make the folders and links.</summary>
    public static string Frame(IReadOnlyList<LocalEntry> all)
    {
        var lines = new StringBuilder();
        Many(lines, "mkdir -p --", "", all.Where(e => e.IsFolder).Select(e => e.Name));
        foreach (LocalEntry link in all.Where(e => e.Target is not null))
        {
            lines.Append(CultureInfo.InvariantCulture, $"ln -sfn -- {ShellQuote.Word(link.Target!)} {Word(link.Name)} || exit 1\n");
        }

        return lines.ToString();
    }

    /// <summary>Lines that move an item to its place: in one step where nothing is there, else file by file.</summary>
    public static string Move(SendItem item, string destination)
    {
        var lines = new StringBuilder();
        foreach (IGrouping<int, LocalEntry> mode in item.Entries.Where(e => e.IsFile).GroupBy(e => e.Mode))
        {
            Many(lines, $"chmod {Convert.ToString(mode.Key, 8)} --", "", mode.Select(e => e.Name));
        }

        string root = item.Entries[0].Name;
        string there = ShellQuote.Word(destination + "/");
        if (!item.Entries[0].IsFolder)
        {
            return lines.Append(CultureInfo.InvariantCulture, $"mv -fT -- {Word(root)} {there}{Word(root)} || exit 1\n").ToString();
        }

        lines.Append(
            CultureInfo.InvariantCulture,
            $"if [ ! -e {there}{Word(root)} ] && [ ! -L {there}{Word(root)} ]; then mv -T -- {Word(root)} {there}{Word(root)} || exit 1; "
            + $"else\n");
        Many(lines, "mkdir -p --", there, item.Entries.Where(e => e.IsFolder).Select(e => e.Name));
        foreach (IGrouping<string, LocalEntry> folder in item.Entries.Where(e => !e.IsFolder)
            .GroupBy(e => e.Name[..e.Name.LastIndexOf('/')]))
        {
            Many(lines, $"mv -f -t {there}{Word(folder.Key)} --", "", folder.Select(e => e.Name));
        }

        lines.Append("fi\n");
        foreach (IGrouping<int, LocalEntry> mode in item.Entries.Where(e => e.IsFolder && e.Mode != UsualFolder)
            .Reverse().GroupBy(e => e.Mode))
        {
            Many(lines, $"chmod {Convert.ToString(mode.Key, 8)} --", there, mode.Select(e => e.Name));
        }

        return lines.ToString();
    }

    private static string Word(string name) => ShellQuote.Word("./" + name);

    private static void Many(StringBuilder lines, string command, string before, IEnumerable<string> names)
    {
        int length = 0;
        foreach (string name in names)
        {
            string word = before + Word(name);
            lines.Append(length == 0 ? command : "").Append(' ').Append(word);
            length += word.Length;
            if (length > LongestLine)
            {
                lines.Append(" || exit 1\n");
                length = 0;
            }
        }

        lines.Append(length > 0 ? " || exit 1\n" : "");
    }
}
