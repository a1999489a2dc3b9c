using System.Globalization;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>What a box says about one of its runs.</summary>
internal sealed record BoxRun(string RunId)
{
    public string Name { get; init; } = "";

    public string Command { get; init; } = "";

    /// <summary>By the box's clock; null where the run was never started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the box's computer was up then: unlike its clock nobody sets it.</summary>
    public TimeSpan? StartedUp { get; init; }

    public TimeSpan? Limit { get; init; }

    /// <summary>Which start of the box the run began in.</summary>
    public string Boot { get; init; } = "";

    public bool IsAlive { get; init; }

    /// <summary>True where the end was written down, to the last word.</summary>
    public bool HasStatus { get; init; }

    public int? Code { get; init; }

    public string Why { get; init; } = "";

    /// <summary>From its start to its end.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Processes killed for memory during the run, until now or until its end; null where the box does not count.</summary>
    public long? OomKills { get; init; }

    public string LogPath { get; init; } = "";

    public long? LogBytes { get; init; }

    public DateTimeOffset? LogAt { get; init; }

    /// <summary>The last lines of the log of a run that has ended.</summary>
    public string Tail { get; init; } = "";

    /// <summary>When the newest checkpoint was written.</summary>
    public DateTimeOffset? SavedAt { get; init; }
}

/// <summary>The answer of look.sh.</summary>
internal sealed record BoxReport(string Boot, DateTimeOffset Now, IReadOnlyList<BoxRun> Runs)
{
    private const string WholeMark = "\nwhole=1\n";

    /// <summary>How long the box's computer is up.</summary>
    public TimeSpan? Up { get; init; }

    /// <summary>How full the disk is in percent.</summary>
    public int? DiskPercent { get; init; }

    /// <summary>Use of each GPU in percent, as far as it says one.</summary>
    public IReadOnlyList<int> GpuPercent { get; init; } = [];

    /// <summary>The piece of the log that was asked for.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>
    /// Reads an answer; null where it is not a whole one. Half an answer is worse than none: a run whose processes are not
    /// mentioned any more would seem lost.
    /// </summary>
    public static BoxReport? Read(string answer)
    {
        if (!answer.EndsWith(WholeMark, StringComparison.Ordinal))
        {
            return null;
        }

        answer = answer[..^(WholeMark.Length - 1)];
        int text = answer.IndexOf("\ntext=\n", StringComparison.Ordinal);
        string head = text < 0 ? answer : answer[..text];
        ILookup<string, string>[] parts = [.. Parts(head)];
        ILookup<string, string> box = parts[0];
        if (box["boot"].FirstOrDefault() is not { } boot || Time(box["now"]) is not { } now)
        {
            return null;
        }

        long? oom = Number(box["oom"]);
        return new BoxReport(boot, now, [.. parts.Skip(1).Select(p => Run(p, oom))])
        {
            Up = Span(box["up"]),
            DiskPercent = (int?)Number(box["disk"]),
            GpuPercent = [.. box["gpu"].Select(g => Number([g.Split(',')[0]])).OfType<long>().Select(g => (int)g)],
            Bytes = text < 0 ? [] : Base64(answer[(text + "\ntext=\n".Length)..]),
        };
    }

    private static byte[] Base64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int count) ? bytes[..count] : [];
    }

    private static IEnumerable<ILookup<string, string>> Parts(string head)
    {
        var part = new List<(string Key, string Value)>();
        foreach (string line in head.Split('\n'))
        {
            string[] pair = line.Split('=', 2);
            if (pair[0] == "run")
            {
                yield return part.ToLookup(p => p.Key, p => p.Value);
                part = [];
            }

            // Of a log the progress bars matter to whoever judges it; all else is words.
            string value = pair.Length == 2 ? pair[1] : "";
            part.Add((pair[0], pair[0] == "tail" ? value : TerminalText.Line(value)));
        }

        yield return part.ToLookup(p => p.Key, p => p.Value);
    }

    private static BoxRun Run(ILookup<string, string> part, long? oomNow)
    {
        long? oomThen = Number(part["start-oom"]);
        bool isWhole = part["end-whole"].Contains("1");
        return new BoxRun(part["run"].First())
        {
            Name = part["start-name"].FirstOrDefault() ?? "",
            Command = string.Join('\n', part["command"]),
            StartedAt = Time(part["start-at"]),
            StartedUp = Span(part["start-up"]),
            Limit = Number(part["start-limit"]) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            Boot = part["start-boot"].FirstOrDefault() ?? "",
            IsAlive = part.Contains("alive"),
            HasStatus = isWhole,
            Code = isWhole ? (int?)Number(part["end-code"]) : null,
            Why = part[isWhole ? "end-why" : "why"].FirstOrDefault() ?? "",
            Took = isWhole ? Span(part["end-took"]) : null,
            OomKills = (isWhole ? Number(part["end-oom"]) : oomNow) - oomThen,
            LogPath = part["log-path"].FirstOrDefault() ?? "",
            LogBytes = Number(part["log-bytes"]),
            LogAt = Time(part["log-at"]),
            Tail = TerminalText.Clean(string.Join('\n', part["tail"])),
            SavedAt = Time(part["saved-at"]),
        };
    }

    private static long? Number(IEnumerable<string> values) =>
        long.TryParse(values.FirstOrDefault(), NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static TimeSpan? Span(IEnumerable<string> values) => Number(values) is { } seconds and >= 0 and < 10_000_000_000 ? TimeSpan.FromSeconds(seconds) : null;

    private static DateTimeOffset? Time(IEnumerable<string> values) =>
        Number(values) is { } seconds and >= 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
