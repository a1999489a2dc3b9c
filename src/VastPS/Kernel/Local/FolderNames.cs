using System.Text;

namespace VastPS.Kernel.Local;

/// <summary>Which names a folder here takes for one and the same: that depends on its disk, not on the system alone.</summary>
/// <param name="IsCaseBlind">True where capitals make no difference, as on most disks of Windows and macOS.</param>
/// <param name="IsFormBlind">True where é is one name, written as one character or as two, as on disks of macOS.</param>
/// <param name="KeepsNames">True where a name is listed as it was given.</param>
internal sealed record FolderNames(bool IsCaseBlind, bool IsFormBlind, bool KeepsNames)
{
    // One letter with a capital, and one that has two forms.
    private const string Given = "vastps-Q\u00E9";

    /// <summary>Where each name is one of its own.</summary>
    public static FolderNames Exact { get; } = new(IsCaseBlind: false, IsFormBlind: false, KeepsNames: true);

    /// <summary>True where some names are one.</summary>
    public bool IsBlind => IsCaseBlind || IsFormBlind;

    /// <summary>Tries it out in an empty folder, which is empty again afterwards. Where that is not possible, names in doubt are one.</summary>
    public static FolderNames Probe(string folder)
    {
        string path = Path.Combine(folder, Given);
        try
        {
            File.Create(path).Dispose();
            var found = new FolderNames(
                File.Exists(Path.Combine(folder, Given.ToLowerInvariant())),
                File.Exists(path.Replace("\u00E9", "e\u0301", StringComparison.Ordinal)),
                Directory.GetFiles(folder) is [string listed] && Path.GetFileName(listed) == Given);
            File.Delete(path);
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderNames(IsCaseBlind: true, IsFormBlind: true, KeepsNames: false);
        }
    }

    /// <summary>The same for names that are one here. Disks differ in the rarest letters: these count as one.</summary>
    public string Key(string name)
    {
        string form = IsFormBlind ? name.Normalize(NormalizationForm.FormC) : name;
        return IsCaseBlind ? form.ToUpperInvariant().ToLowerInvariant() : form;
    }
}
