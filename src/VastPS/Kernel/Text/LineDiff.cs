using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>What a change does to a text, line by line.</summary>
internal static class LineDiff
{
    /// <summary>
    /// The lines that go, after a minus, and those that come, after a plus, in their order. Lines that stay are not named.
    /// </summary>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        string[] old = Lines(before), now = Lines(after);
        int same = old.Zip(now).TakeWhile(p => p.First == p.Second).Count();
        int end = old.Skip(same).Reverse().Zip(now.Skip(same).Reverse()).TakeWhile(p => p.First == p.Second).Count();
        (old, now) = (old[same..^end], now[same..^end]);

        // How many lines stay of what follows line i of the old text and line j of the new one.
        int[,] stay = new int[old.Length + 1, now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                stay[i, j] = old[i] == now[j] ? stay[i + 1, j + 1] + 1 : Math.Max(stay[i + 1, j], stay[i, j + 1]);
            }
        }

        var changes = new List<string>();
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                i++;
                j++;
            }
            else if (j == now.Length || (i < old.Length && stay[i + 1, j] >= stay[i, j + 1]))
            {
                changes.Add("- " + old[i++]);
            }
            else
            {
                changes.Add("+ " + now[j++]);
            }
        }

        return changes;
    }

    private static string[] Lines(string text) => [.. TextLines.Of(text)];
}
