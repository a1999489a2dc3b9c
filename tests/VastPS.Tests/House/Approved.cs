using VastPS.Tests.Kit;

namespace VastPS.Tests.House;

/// <summary>A frozen list in build/: a change of it must be meant, so it shows up in the diff.</summary>
internal static class Approved
{
    /// <summary>Compares a list with its file; with VASTPS_ACCEPT=1 writes the file instead.</summary>
    public static void Check(string file, IEnumerable<string> lines) => CheckPage("build/" + file, lines);

    /// <summary>The same for a page, or the manifest, that is written from data.</summary>
    public static void CheckPage(string file, IEnumerable<string> lines)
    {
        string path = Path.Combine(Repo.Root, file);
        string[] now = [.. lines];
        if (Environment.GetEnvironmentVariable("VASTPS_ACCEPT") == "1")
        {
            File.WriteAllLines(path, now);
            return;
        }

        string[] approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        Law.Holds(
            $"{file} is what was agreed. If the change is meant, type: ./build.sh accept   and commit the file.",
            [
                .. approved.Except(now).Select(l => "gone:  " + l),
                .. now.Except(approved).Select(l => "new:   " + l),
                .. OrderChanged(approved, now)
            ]);
    }

    private static IEnumerable<string> OrderChanged(string[] approved, string[] now) =>
        approved.Length == now.Length
            && approved.Order(StringComparer.Ordinal).SequenceEqual(now.Order(StringComparer.Ordinal))
            && !approved.SequenceEqual(now)
            ? ["the order of the lines"]
            : [];
}
