using System.Collections;
using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>The API key of the account goes to no box: whoever runs the machine could rent with it. Every way to a box asks here.</summary>
internal static class KeyRule
{
    private const string LeaveOut =
        "run the command again without the key: a box needs none, and what needs the account runs on this computer";

    /// <summary>Throws ApiKeyWithheld where a value holds a key; the error names the place and never the key.</summary>
    /// <param name="place">What it was given for.</param>
    /// <param name="value">A text, or lists and tables of texts.</param>
    public static void Demand(string place, object? value)
    {
        if (Place(place, value) is { } found)
        {
            throw new VastException(VastReason.ApiKeyWithheld, found, LeaveOut);
        }
    }

    /// <summary>The same for the content of a file, which is read to its end.</summary>
    public static void DemandFile(string path, Stream content, CancellationToken stop)
    {
        if (AccountKeys.IsIn(content, stop))
        {
            throw new VastException(
                VastReason.ApiKeyWithheld,
                $"the file {path}",
                $"take it out of {path}, or leave the file out (Send-VastItem: -Exclude '{Path.GetFileName(path)}')");
        }
    }

    /// <summary>The same for the files of a commit in which a key was found.</summary>
    public static void DemandNone(IReadOnlyList<string> files, string commit)
    {
        if (files.Count > 0)
        {
            throw new VastException(
                VastReason.ApiKeyWithheld,
                $"the file {files[0]} of the commit {commit[..7]}",
                "take it out, commit, make a new key at https://cloud.vast.ai/manage-keys/ (the history keeps the old one), and run the "
                + "command again");
        }
    }

    private static string? Place(string place, object? value) => value switch
    {
        string text => AccountKeys.IsIn(text) ? place : null,
        Uri address => AccountKeys.IsIn(address.OriginalString) ? place : null,
        IDictionary table => table.Keys.Cast<object>()
            .Select(name => AccountKeys.IsIn($"{name}") ? place : Place($"{place} {name}", table[name] is { } one ? $"{one}" : null))
            .FirstOrDefault(p => p is not null),
        IEnumerable list and (IEnumerable<string?> or object[] or Uri[]) =>
            list.Cast<object?>().Select(one => Place(place, one)).FirstOrDefault(p => p is not null),
        _ => null,
    };
}
