namespace VastPS.Basics;

/// <summary>
/// The lines of a text that is whole. LF ends a line, with or without a CR before it; the end of the text ends the last one.
/// For a text that still arrives there are LineCutter (of Kernel/Text) and LineReader (of Kernel/Logs); what a script of ours prints
/// for VastPS to read is cut at LF alone, because a file name may end with CR.
/// </summary>
internal static class TextLines
{
    /// <summary>The lines without their ends. A text that ends with a line end has no empty line behind it.</summary>
    public static IEnumerable<string> Of(string text) => WithEnds(text).Select(WithoutEnd);

    /// <summary>The lines that are not blank, without the blanks around them.</summary>
    public static IEnumerable<string> Filled(string text) => Of(text).Select(l => l.Trim()).Where(l => l.Length > 0);

    /// <summary>The lines with their ends: joined again they are the same text.</summary>
    public static IEnumerable<string> WithEnds(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at) is >= 0 and int found ? found + 1 : text.Length;
            yield return text[at..end];
            at = end;
        }
    }

    /// <summary>A line without the end that it has.</summary>
    public static string WithoutEnd(string line) =>
        !line.EndsWith('\n') ? line
        : line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2]
        : line[..^1];
}
