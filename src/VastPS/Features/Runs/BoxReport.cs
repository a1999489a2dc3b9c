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

    /// <summary>True where it has not begun, and never will.</summary>
    public bool IsSealed { get; init; }

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

    /// <summary>The lines of the log of a run that has ended, as far as they tell how.</summary>
    public IReadOnlyList<NumberedLine> Log { get; init; } = [];

    /// <summary>True where something was written at the promised path since the start; null where nobody looked.</summary>
    public bool? IsSaved { get; init; }

    /// <summary>True where bash ran the command, with pipefail.</summary>
    public bool HasPipefail { get; init; }

    /// <summary>The codes of the parts of the command's last pipe.</summary>
    public string Pipe { get; init; } = "";

    /// <summary>Helpers that stayed, and were not waited for.</summary>
    public string Helpers { get; init; } = "";

    /// <summary>What shows that work goes on, or went on, although no process of the run is left.</summary>
    public string Handed { get; init; } = "";

    /// <summary>The program by which the command may have handed work to somebody else.</summary>
    public string Taken { get; init; } = "";

    /// <summary>True where the box could not see children that clear their environment.</summary>
    public bool IsBlind { get; init; }

    /// <summary>What its processes used of processors, in hundredths of a second; null where the box was not asked.</summary>
    public long? CpuTicks { get; init; }

    /// <summary>What its processes read from and wrote to disks.</summary>
    public long? DiskBytes { get; init; }

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

    /// <summary>What came over the network to the box.</summary>
    public long? NetworkBytes { get; init; }

    /// <summary>Use of each GPU in percent; empty where one of them does not say it and the others are idle: that one may work.</summary>
    public IReadOnlyList<int> GpuPercent { get; init; } = [];

    /// <summary>The fullest GPU; null where none says how full it is.</summary>
    public GpuMemory? Vram { get; init; }

    /// <summary>The piece of the log that was asked for.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>Where in the log this piece begins.</summary>
    public long BytesFrom { get; init; }

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
            NetworkBytes = Number(box["net"]),
            GpuPercent = Gpus([.. box["gpu"].Select(g => (int?)Number([g.Split(',')[0]]))]),
            Vram = GpuLines.Fullest([.. box["gpu"]]),
            BytesFrom = Number(parts.SelectMany(p => p["text-from"])) ?? 0,
            Bytes = text < 0 ? [] : Base64(answer[(text + "\ntext=\n".Length)..]),
        };
    }

    private static int[] Gpus(int?[] told) => told.Contains(null) && told.All(t => t is null or < 5) ? [] : [.. told.OfType<int>()];

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

            part.Add((pair[0], TerminalText.Line(pair.Length == 2 ? pair[1] : "")));
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
            Limit = Number(part["limit"].Concat(part["start-limit"])) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            Boot = part["start-boot"].FirstOrDefault() ?? "",
            IsAlive = part.Contains("alive"),
            IsSealed = part.Contains("sealed"),
            HasStatus = isWhole,
            Code = isWhole ? (int?)Number(part["end-code"]) : null,
            Why = part[isWhole ? "end-why" : "why"].FirstOrDefault() ?? "",
            Took = isWhole ? Span(part["end-took"]) : null,
            OomKills = (isWhole ? Number(part["end-oom"]) : oomNow) - oomThen,
            LogPath = part["log-path"].FirstOrDefault() ?? "",
            LogBytes = Number(part["log-bytes"]),
            LogAt = Time(part["log-at"]),
            Log = Log(part),
            IsSaved = part["log-saved"].FirstOrDefault() is { } saved ? saved == "1" : null,
            HasPipefail = part["start-shell"].Contains("bash"),
            Pipe = part["end-pipe"].FirstOrDefault() ?? "",
            Helpers = part["end-helpers"].FirstOrDefault() ?? "",
            Handed = part[isWhole ? "end-handed" : "sign"].FirstOrDefault() ?? "",
            Taken = part["end-taken"].FirstOrDefault() ?? "",
            IsBlind = part["start-sight"].Contains("blind"),
            CpuTicks = Number(part["cpu"]),
            DiskBytes = Number(part["disk-bytes"]),
            SavedAt = Time(part["saved-at"]),
        };
    }

    // The numbers of hits count from the first step that was sent, those of the last lines back from the end.
    private static IReadOnlyList<NumberedLine> Log(ILookup<string, string> part)
    {
        long from = Number(part["log-hits-from"]) ?? 1;
        string[] last = [.. part["log-last"]];
        long count = Number(part["log-lines"]) ?? last.Length;
        IEnumerable<NumberedLine> lines =
            part["log-step"].Select(l => Numbered(l, 0)).Concat(part["log-hit"].Select(l => Numbered(l, from - 1)))
            .Concat(part["log-found"].Select(l => Found(l, from - 1)))
            .Concat(last.Select((l, i) => new NumberedLine(count - last.Length + i + 1, l)));
        return [.. lines.DistinctBy(l => l.Number).OrderBy(l => l.Number)];
    }

    // With the number that it has in the log, besides the one that counts carriage returns as well.
    private static NumberedLine Found(string line, long before)
    {
        string[] parts = line.Split(':', 3);
        return parts.Length == 3 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long inLog)
            ? Numbered($"{parts[0]}:{parts[2]}", before) with { InLog = inLog }
            : new NumberedLine(0, "");
    }

    private static NumberedLine Numbered(string line, long before)
    {
        string[] pair = line.Split(':', 2);
        return pair.Length == 2 && long.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new NumberedLine(before + number, pair[1])
            : new NumberedLine(0, "");
    }

    private static long? Number(IEnumerable<string> values) =>
        long.TryParse(
            values.FirstOrDefault(),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out long number) ? number : null;

    private static TimeSpan? Span(IEnumerable<string> values) =>
        Number(values) is { } seconds and >= 0 and < 10_000_000_000 ? TimeSpan.FromSeconds(seconds) : null;

    private static DateTimeOffset? Time(IEnumerable<string> values) =>
        Number(values) is { } seconds and >= 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
