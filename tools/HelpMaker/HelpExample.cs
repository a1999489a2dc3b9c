namespace HelpMaker;

/// <summary>An example: its title, what is said before the code, the code, and what is said after.</summary>
internal sealed record HelpExample(string Title, string Before, string Code, string After)
{
    private const string Fence = "```";

    public static HelpExample Of(HelpItem item)
    {
        string[] lines = item.Text.Split('\n');
        int[] fences = [.. lines.Index().Where(l => l.Item.StartsWith(Fence, StringComparison.Ordinal)).Select(l => l.Index)];
        return fences is [int open, int close, ..]
            ? new HelpExample(item.Heading, Join(lines[..open]), Join(lines[(open + 1)..close]), Join(lines[(close + 1)..]))
            : new HelpExample(item.Heading, item.Text, "", "");
    }

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines).Trim('\n');
}
