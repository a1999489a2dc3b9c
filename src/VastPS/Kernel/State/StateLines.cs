using System.Text.Json;

namespace VastPS.Kernel.State;

/// <summary>
/// Files of the state folder with a JSON object per line. What is torn, is not ours or holds what cannot be is passed over and told
/// once, and stays in the file: the next line is written behind it.
/// </summary>
internal static class StateLines
{
    // Beyond these a record is a slip of the disk or of somebody's editor, and could no longer be added to or multiplied.
    private static readonly DateTimeOffset s_earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36500);
    private const decimal MostMoney = 1_000_000;

    private static readonly AsyncLocal<Action<string, IReadOnlyList<int>>?> s_skipped = new();

    /// <summary>Hears of lines that were passed over: the file and their numbers. A command sets it for what it does.</summary>
    public static Action<string, IReadOnlyList<int>>? Skipped
    {
        set => s_skipped.Value = value;
    }

    /// <summary>The records of a text of the file.</summary>
    /// <param name="path">The file, to be named.</param>
    /// <param name="text">Its text; null where there is no file.</param>
    /// <param name="options">How a line is read.</param>
    /// <param name="isSound">False for a record that cannot be.</param>
    public static IReadOnlyList<T> Read<T>(string path, string? text, JsonSerializerOptions? options, Func<T, bool> isSound)
        where T : class
    {
        var found = new List<T>();
        var skipped = new List<int>();
        foreach ((string line, int index) in (text ?? "").Split('\n').Select((l, i) => (l, i)).Where(l => !string.IsNullOrWhiteSpace(l.l)))
        {
            if (Parse<T>(line, options) is { } record && isSound(record))
            {
                found.Add(record);
            }
            else
            {
                skipped.Add(index + 1);
            }
        }

        if (skipped.Count > 0)
        {
            s_skipped.Value?.Invoke(path, skipped);
        }

        return found;
    }

    /// <summary>The lines of a text with their ends: joined again they are the same text.</summary>
    public static IEnumerable<string> Whole(string? text)
    {
        for (int at = 0; at < text?.Length;)
        {
            int end = text.IndexOf('\n', at) is >= 0 and int found ? found + 1 : text.Length;
            yield return text[at..end];
            at = end;
        }
    }

    /// <summary>The text with one more record at its end.</summary>
    public static string Append<T>(string? text, T record, JsonSerializerOptions? options = null) =>
        (text is null || text.Length == 0 || text.EndsWith('\n') ? text : text + "\n") + JsonSerializer.Serialize(record, options) + "\n";

    /// <summary>A record of one line; null where it is none.</summary>
    public static T? Parse<T>(string line, JsonSerializerOptions? options)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, options);
        }
        catch (Exception e) when (e is JsonException
            or FormatException
            or ArithmeticException
            or ArgumentException
            or InvalidOperationException
            or NotSupportedException
            or VastException)
        {
            return null;
        }
    }

    public static bool IsTime(DateTimeOffset? time) => time is null || (time >= s_earliest && time <= s_latest);

    public static bool IsSpan(TimeSpan? span) => span is null || (span >= TimeSpan.Zero && span <= s_longest);

    public static bool IsMoney(decimal? amount) => amount is null or (>= 0 and <= MostMoney);

    public static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text);

    public static bool AreTexts(IReadOnlyList<string>? texts) => texts is not null && texts.All(t => t is not null);
}
