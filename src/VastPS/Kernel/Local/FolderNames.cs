using System.Text;

namespace VastPS.Kernel.Local;

/// <summary>Which names a folder here takes for one and the same: that depends on its disk, not on the system alone.</summary>
/// <param name="IsCaseBlind">True where capitals make no difference, as on most disks of Windows and macOS.</param>
/// <param name="IsFormBlind">True where é is one name, written as one character or as two, as on disks of macOS.</param>
/// <param name="KeepsNames">True where a name is listed as it was given.</param>
internal sealed record FolderNames(bool IsCaseBlind, bool IsFormBlind, bool KeepsNames)
{
    /// <summary>Where each name is one of its own.</summary>
    public static FolderNames Exact { get; } = new(IsCaseBlind: false, IsFormBlind: false, KeepsNames: true);

    /// <summary>True where some names are one.</summary>
    public bool IsBlind => IsCaseBlind || IsFormBlind;

    /// <summary>The same for names that are one here. Disks differ in the rarest letters: these count as one.</summary>
    public string Key(string name)
    {
        string form = IsFormBlind ? name.Normalize(NormalizationForm.FormC) : name;
        return IsCaseBlind ? form.ToUpperInvariant().ToLowerInvariant() : form;
    }
}
