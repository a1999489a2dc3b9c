using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>Nothing that looks like a key, and no path of somebody's computer, is in a file of the repository.</summary>
public sealed partial class SecretTests
{
    [Fact]
    public void No_file_holds_what_looks_like_a_key() => Law.Holds(
        "Keys in tests are made at run time or are plainly made up (at most eight different characters, or in the order of the alphabet).",
        from file in s_texts.Value
        from line in file.Lines.Index()
        from Match match in KeyLike().Matches(line.Item)
        where !IsPlainlyMadeUp(match.Value)
        select $"{file.Path}:{line.Index + 1}: {Redactor.MaskKey(match.Value)}");

    [Fact]
    public void No_file_names_a_folder_of_one_computer() => Law.Holds(
        "Paths are relative to the repository or made at run time; somebody made up is called 'me'.",
        from file in s_texts.Value
        from line in file.Lines.Index()
        where PersonalFolder().IsMatch(line.Item) || line.Item.Contains(Repo.Root + "/", StringComparison.Ordinal)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}");

    private static readonly Lazy<IReadOnlyList<(string Path, string[] Lines)>> s_texts = new(() =>
    [
        .. Law.Files(".", "*")
            .Where(f => Path.GetFileName(f) != "packages.lock.json" && !f.EndsWith(".png", StringComparison.Ordinal))
            .Select(f => (Law.Relative(f), File.ReadAllLines(f))),
    ]);

    private static bool IsPlainlyMadeUp(string key) =>
        key.Distinct().Count() <= 8
            || key.Contains("0123456789abcdef", StringComparison.OrdinalIgnoreCase)
            || key.Contains("abcdefghij", StringComparison.OrdinalIgnoreCase);

    // 32 or more hexadecimal digits (Vast, W&B), tokens with a known beginning, the inside of a private key.
    [GeneratedRegex(
        @"\b[0-9a-fA-F]{32,}\b|\b(?:hf_|ghp_|gho_|github_pat_|sk-(?!ssh|ecdsa)|AKIA|xox[bp]-)[A-Za-z0-9_-]{16,}|"
        + @"\bb3BlbnNzaC1rZXk[A-Za-z0-9+/]+")]
    private static partial Regex KeyLike();

    [GeneratedRegex(@"/home/(?!me/)[a-z]\w*/|/Users/[A-Za-z]\w+/|[A-Z]:\\Users\\")]
    private static partial Regex PersonalFolder();
}
