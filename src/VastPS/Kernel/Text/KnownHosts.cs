using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>The text of a known hosts file that belongs to one box alone.</summary>
internal static class KnownHosts
{
    /// <summary>The line for a key, under the alias that ssh is told to look for.</summary>
    public static string Line(string alias, PublicKeyText key) => $"{alias} {key.Type} {key.Base64}\n";

    /// <summary>The first key of a file, whatever name it stands under (ssh may hash names); null where there is none.</summary>
    public static PublicKeyText? FirstKey(string text)
    {
        foreach (string line in TextLines.Filled(text))
        {
            // A line with a mark says something about a key (revoked, of an authority), not which key the box has.
            int name = line.IndexOf(' ', StringComparison.Ordinal);
            if (name > 0 && line[0] is not ('#' or '@') && PublicKeyText.TryParse(line[name..], out PublicKeyText? key, out _))
            {
                return key;
            }
        }

        return null;
    }
}
