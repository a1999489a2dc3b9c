namespace VastPS.Kernel.State;

/// <summary>What no line of the state folder can hold, whoever wrote it.</summary>
internal static class StateLines
{
    // Beyond these a record is a slip of the disk or of somebody's editor, and could no longer be added to or multiplied.
    private static readonly DateTimeOffset s_earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(36500);
    private const decimal MostMoney = 1_000_000;

    public static bool IsTime(DateTimeOffset? time) => time is null || (time >= s_earliest && time <= s_latest);

    public static bool IsSpan(TimeSpan? span) => span is null || (span >= TimeSpan.Zero && span <= s_longest);

    public static bool IsMoney(decimal? amount) => amount is null or (>= 0 and <= MostMoney);

    public static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text);

    public static bool AreTexts(IReadOnlyList<string>? texts) => texts is not null && texts.All(t => t is not null);
}
