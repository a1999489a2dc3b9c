using System.Text.Json;
using System.Text.Json.Serialization;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>The runs started from here: one line when a run starts, one when its end was seen.</summary>
/// <param name="clock">For the waiting.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
/// <param name="skipped">Hears of lines that were passed over.</param>
internal sealed class RunStore(TimeProvider clock, string? folder = null, SkippedLines? skipped = null)
{
    private static readonly LineFormat<Line> s_format =
        new(new LineShape(["Server", "RunId"], [], ["RunId", "Started.Name", "Started.InstanceId"]), IsSound)
        {
            Options = new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } },
            Fold = Fold,
            IsWhole = line => line.Started is not null,
            NameFact = 1,
        };

    private readonly JsonLines<Line> _lines = new(s_format, () => StateFolder.File("runs.jsonl", folder), clock, skipped);

    /// <summary>The runs of one server, in the order of their start.</summary>
    public IReadOnlyList<RunRecord> All(string server) => Where(server, _ => true);

    /// <summary>Those that are wanted by what they can be found by; the others are not read.</summary>
    public IReadOnlyList<RunRecord> Where(string server, Func<RunHead, bool> isWanted) =>
        _lines.Read(index => Where(index, server, isWanted));

    /// <summary>The names of all runs of a server.</summary>
    public IReadOnlySet<string> Names(string server) => _lines.Read(index => index.Entries
        .Where(e => IsOf(e, server)).Select(e => Head(e).Name).ToHashSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>Those of some ids that are noted here.</summary>
    public IReadOnlySet<string> Known(string server, IEnumerable<string> runIds) =>
        _lines.Read(index => runIds.Where(id => index.Knows(Key(server, id))).ToHashSet(StringComparer.Ordinal));

    /// <summary>Notes a run before it is started, so that no run is ever unknown here; RunNameTaken where the name is in use.</summary>
    public Task OpenAsync(string server, RunRecord run, CancellationToken stop) => _lines.AppendAsync(
        index => index.Named(run.Name).FirstOrDefault(l => l.Server == server && IsNamed(l.Started, run.Name))?.Started is { } taken
            ? throw new VastException(VastReason.RunNameTaken, run.Name, taken.RunId, taken.InstanceId)
            : [new Line(server, run.RunId)
            {
                Started = run with
                {
                    Command = Redactor.Clean(run.Command),
                    Proof = [.. run.Proof.Select(Redactor.Clean)],
                    ProvenBy = [.. run.ProvenBy.Select(p => p with { Detail = Redactor.Clean(p.Detail) })],
                },
            }],
        stop);

    /// <summary>Notes how a run ended; the first word stands, unless it was Removed.</summary>
    public Task CloseAsync(string server, string runId, RunEnd end, CancellationToken stop) => _lines.AppendAsync(
        index => index.Find(Key(server, runId))?.Started is { IsOpen: true } known && known.End?.Outcome != end.Outcome
            ? [new Line(server, runId) { Ended = end with { Evidence = [.. end.Evidence.Select(Redactor.Clean)] } }]
            : [],
        stop);

    /// <summary>Notes that the box ends a run at another time; null for never. A run that is not noted here has no deadline here.</summary>
    public Task MoveAsync(string server, string runId, DateTimeOffset? deadline, CancellationToken stop) => _lines.AppendAsync(
        index => index.Find(Key(server, runId))?.Started is { } known && known.Deadline != deadline
            ? [new Line(server, runId) { Moved = new MovedTo(deadline) }]
            : [],
        stop);

    private static IReadOnlyList<RunRecord> Where(LineIndex<Line> index, string server, Func<RunHead, bool> isWanted) =>
        [.. index.Where(e => IsOf(e, server) && isWanted(Head(e))).Select(l => l.Started).OfType<RunRecord>()];

    private static string Key(string server, string runId) => $"{server}\n{runId}";

    private static bool IsOf(LineEntry<Line> entry, string server) =>
        entry.Key.Length > server.Length && entry.Key[server.Length] == '\n' && entry.Key.StartsWith(server, StringComparison.Ordinal);

    private static bool IsNamed(RunRecord? run, string name) => name.Equals(run?.Name, StringComparison.OrdinalIgnoreCase);

    private static RunHead Head(LineEntry<Line> entry) => new(entry.Facts[0]!, entry.Facts[1] ?? "", entry.Facts[2]);

    // An end that was noted without a start says nothing.
    private static Line? Fold(Line? known, Line line) => line.Started is not null ? line
        : known?.Started is { } started && line.Ended is { } ended ? known with { Started = started with { End = ended } }
        : known?.Started is { } going && line.Moved is { } moved ? known with { Started = going with { Deadline = moved.Deadline } }
        : known;

    private static bool IsSound(Line line) => StateLines.IsText(line.Server) && StateLines.IsText(line.RunId)
        && (line.Started is null || IsSound(line.Started, line.RunId)) && (line.Ended is null || IsSound(line.Ended))
        && (line.Moved is null || StateLines.IsTime(line.Moved.Deadline));

    private static bool IsSound(RunRecord run, string runId) =>
        run.RunId == runId
            && run.RunId.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && StateLines.IsText(run.Name)
            && run.Command is not null
            && run.LogPath is not null
        && run.InstanceId > 0 && StateLines.IsTime(run.StartedAt) && StateLines.IsTime(run.Deadline) && StateLines.IsMoney(run.PricePerHour)
        && Enum.IsDefined(run.Kind) && StateLines.AreTexts(run.AbortIf) && StateLines.AreTexts(run.Proof)
        && StateLines.AreTexts(run.EnvironmentNames)
        && run.ProvenBy is not null && run.ProvenBy.All(IsSound)
        && RunPace.IsSound(run.Pace) && RunPace.IsSound(run.Plan) && (run.End is null || IsSound(run.End));

    private static bool IsSound(NotedProof proof) =>
        proof is { Detail: not null } && Enum.IsDefined(proof.Kind) && StateLines.IsTime(proof.At);

    private static bool IsSound(RunEnd end) =>
        Enum.IsDefined(end.Outcome) && Enum.IsDefined(end.Ending) && StateLines.IsTime(end.At) && StateLines.AreTexts(end.Evidence);

    private sealed record Line(string Server, string RunId)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public RunRecord? Started { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public RunEnd? Ended { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public MovedTo? Moved { get; init; }
    }

    private sealed record MovedTo(DateTimeOffset? Deadline);
}
