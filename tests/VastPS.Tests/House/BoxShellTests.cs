using System.Diagnostics;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>Everything that runs on a box is plain POSIX sh: which shell an image has is not ours to choose.</summary>
public sealed partial class BoxShellTests
{
    [Fact]
    public void No_shell_text_is_forgotten_here()
    {
        Assert.Empty(BoxScripts.Members.Except(BoxScripts.All.Select(s => s.Member)));
        string[] files =
            [.. typeof(EmbeddedText).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sh", StringComparison.Ordinal))];
        Assert.Contains("run.sh", files);

        // A line that each file begins with: what is read in at run time takes the place of other lines.
        Assert.All(files, f => Assert.Contains(
            BoxScripts.All, s => s.Text.Contains(EmbeddedText.Read(f).Split('\n')[0] + "\n", StringComparison.Ordinal)));
    }

    [Fact]
    [Needs("shellcheck")]
    public void Shellcheck_has_nothing_against_what_runs_on_a_box()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vastps-shellcheck-");
        try
        {
            string[] files = [.. BoxScripts.All.DistinctBy(s => s.Text).Select((s, i) =>
            {
                string path = Path.Combine(folder.FullName, $"{s.Member}.{i}");
                File.WriteAllText(path, s.Text + "\n");
                return path;
            })];
            string said = Check(files);
            Assert.True(said.Length == 0, said);

            // That it looks at all.
            string bad = Path.Combine(folder.FullName, "bad");
            File.WriteAllText(bad, "[[ -f $1 ]]\n");
            Assert.Contains("SC3010", Check([bad]), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_shellcheck_is_told_to_pass_over_is_one_place_with_a_reason()
    {
        foreach ((string member, string text) in BoxScripts.All)
        {
            string[] lines = text.Split('\n');
            Assert.All(lines.Where(l => l.Contains("shellcheck disable", StringComparison.Ordinal)), l => Assert.Matches(OnePlace(), l));

            // Before the first command it would hold for the whole text.
            string[] head = [.. lines.TakeWhile(l => l.Length == 0 || l[0] == '#')];
            Assert.False(head.Any(l => l.Contains("disable", StringComparison.Ordinal)), member);
        }
    }

    private static string Check(IEnumerable<string> files)
    {
        using Process lint = Process.Start(
            new ProcessStartInfo("shellcheck", ["--norc", "--shell=sh", "--format=gcc", .. files]) { RedirectStandardOutput = true })!;
        string said = lint.StandardOutput.ReadToEnd();
        lint.WaitForExit();
        return said;
    }

    [GeneratedRegex(@"^ *# shellcheck disable=SC\d{4} # \w.{7,}$")]
    private static partial Regex OnePlace();
}
