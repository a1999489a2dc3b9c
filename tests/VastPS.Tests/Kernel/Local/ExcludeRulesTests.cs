using System.Diagnostics;
using System.Text;
using VastPS.Kernel.Local;

namespace VastPS.Tests.Kernel.Local;

/// <summary>Patterns by a table, and beside what git itself says about thousands made at random.</summary>
public sealed class ExcludeRulesTests
{
    [Theory]
    [InlineData("*.pt", "a/b/model.pt", false, true)]
    [InlineData("*.pt", "model.ptx", false, null)]
    [InlineData("/build", "build", true, true)]
    [InlineData("/build", "src/build", true, null)]
    [InlineData("build/", "build", false, null)]
    [InlineData("build/", "src/build", true, true)]
    [InlineData("doc/*.txt", "doc/a.txt", false, true)]
    [InlineData("doc/*.txt", "doc/sub/a.txt", false, null)]
    [InlineData("doc/**/a.txt", "doc/a.txt", false, true)]
    [InlineData("doc/**/a.txt", "doc/x/y/a.txt", false, true)]
    [InlineData("**/cache", "x/y/cache", true, true)]
    [InlineData("cache/**", "cache/x/y", false, true)]
    [InlineData("cache/**", "cache", true, null)]
    [InlineData("a**b", "axxb", false, true)]
    [InlineData("run[0-9].log", "run7.log", false, true)]
    [InlineData("run[!0-9].log", "run7.log", false, null)]
    [InlineData("[[:upper:]]*", "Readme", false, true)]
    [InlineData("\\#x", "#x", false, true)]
    [InlineData("#x", "#x", false, null)]
    [InlineData("\\!x", "!x", false, true)]
    [InlineData("x\\ ", "x ", false, true)]
    [InlineData("x ", "x", false, true)]
    [InlineData("x?z", "x/z", false, null)]
    [InlineData("[a", "[a", false, null)]
    [InlineData("", "x", false, null)]
    [InlineData("*\n!keep", "keep", false, false)]
    public void A_pattern_means_what_gitignore_says(string patterns, string path, bool isFolder, bool? expected) =>
        Assert.Equal(expected, ExcludeRules.Parse(patterns.Split('\n')).Verdict(path, isFolder));

    [Fact]
    public void A_pattern_of_many_stars_takes_no_time() =>
        Assert.Null(ExcludeRules.Parse([string.Concat(Enumerable.Repeat("*a", 60)) + "b"]).Verdict(new string('a', 2000), false));

    [Fact]
    public void Thousands_of_patterns_agree_with_git()
    {
        string folder = Directory.CreateTempSubdirectory("vastps-ignore-").FullName;
        try
        {
            Git(folder, "", "init", "--quiet");
            var random = new Random(20260101);
            for (int round = 0; round < 40; round++)
            {
                Compare(Path.Combine(folder, ".gitignore"), folder, random);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Files that do not exist are asked for as files, and their folders are judged first, as a walk does.
    private static void Compare(string ignore, string folder, Random random)
    {
        string[] patterns = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Pattern(random))];
        string[] paths = [.. Enumerable.Range(0, 120).Select(_ => PathOf(random)).Distinct()];
        File.WriteAllText(ignore, string.Join('\n', patterns) + "\n");
        string said = Git(folder, string.Join('\0', paths) + "\0", "check-ignore", "--no-index", "-z", "--stdin");
        var ignored = said.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        ExcludeRules rules = ExcludeRules.Parse(patterns);
        foreach (string path in paths)
        {
            Assert.True(
                ignored.Contains(path) == IsOut(rules, path),
                $"{path} with {string.Join(" | ", patterns)}: git says {ignored.Contains(path)}");
        }
    }

    private static bool IsOut(ExcludeRules rules, string path)
    {
        string[] parts = path.Split('/');
        return Enumerable.Range(1, parts.Length).Any(n => rules.Verdict(string.Join('/', parts[..n]), n < parts.Length) == true);
    }

    private static string PathOf(Random random) =>
        string.Join('/', Enumerable.Range(0, random.Next(1, 5))
            .Select(_ => Pick(random, "a", "b", "ab", "abc", "a.b", "b.c", "x", "[a", "a b", "#a", "!b", "a1")));

    private static string Pattern(Random random)
    {
        var text = new StringBuilder(random.Next(4) == 0 ? "!" : "").Append(random.Next(4) == 0 ? "/" : "");
        for (int parts = random.Next(1, 4); parts > 0; parts--)
        {
            text.Append(Pick(
                random, "a", "b", "ab", "*", "**", "a*", "*b", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "a?c", "a**", "\\a", "[[:alpha:]]",
                "*.c", "\\#a", "***", "x*", "a[0-9]", "[]a]", "[a", "a b"));
            text.Append(parts > 1 || random.Next(4) == 0 ? "/" : "");
        }

        return text.ToString();
    }

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];

    private static string Git(string folder, string input, params string[] arguments)
    {
        using Process git = Process.Start(
            new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        git.StandardInput.Write(input);
        git.StandardInput.Close();
        string said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode is 0 or 1 ? said : throw new InvalidOperationException($"git ended with {git.ExitCode}");
    }
}
