namespace VastPS.Kernel.Local;

/// <summary>
/// Patterns given for a whole tree, and those that its folders bring themselves: what was given counts most, then the deepest folder.
/// </summary>
internal sealed class ExcludeStack
{
    private readonly ExcludeStack? _above;
    private readonly ExcludeRules _rules;
    private readonly string _folder;

    /// <param name="given">What the user gave.</param>
    public ExcludeStack(ExcludeRules given)
        : this(null, given, "")
    {
    }

    private ExcludeStack(ExcludeStack? above, ExcludeRules rules, string folder)
    {
        _above = above;
        _rules = rules;
        _folder = folder;
    }

    /// <summary>Nothing is left out.</summary>
    public static ExcludeStack None { get; } = new(ExcludeRules.None);

    /// <summary>Adds what a folder brings for itself and all below it.</summary>
    /// <param name="folder">Below the root, with slashes; empty for the root.</param>
    /// <param name="rules">Its patterns.</param>
    public ExcludeStack With(string folder, ExcludeRules rules) =>
        rules.IsEmpty ? this : new(this, rules, folder.Length == 0 ? "" : folder + "/");

    /// <summary>True where a path below the root is left out; its folders must have been asked for before.</summary>
    public bool IsOut(string path, bool isFolder) => Given(path, isFolder) ?? Brought(path, isFolder) ?? false;

    private bool? Given(string path, bool isFolder) => _above is null ? _rules.Verdict(path, isFolder) : _above.Given(path, isFolder);

    private bool? Brought(string path, bool isFolder) =>
        _above is null ? null : _rules.Verdict(path[_folder.Length..], isFolder) ?? _above.Brought(path, isFolder);
}
