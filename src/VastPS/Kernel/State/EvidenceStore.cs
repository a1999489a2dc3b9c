using System.Text.Json;
using System.Text.Json.Serialization;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>What a piece of evidence is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter))]
internal enum EvidenceKind
{
    /// <summary>The estimate: the run fits, and what it will take.</summary>
    Estimate,

    /// <summary>The checks on the box.</summary>
    Checks,

    /// <summary>The smoke test.</summary>
    Smoke,

    /// <summary>A run that was watched to its completion: evidence for estimates, not for the next run.</summary>
    Run,
}

/// <summary>One thing that was shown about an instance.</summary>
/// <param name="Kind">What was looked at.</param>
/// <param name="Passed">How it came out.</param>
/// <param name="At">When.</param>
/// <param name="Detail">One line for people.</param>
internal sealed record Evidence(EvidenceKind Kind, bool Passed, DateTimeOffset At, string Detail)
{
    /// <summary>The pace that was estimated or measured; null where it is about something else.</summary>
    public RunPace? Pace { get; init; }

    /// <summary>The kind of training that a smoke test was judged as.</summary>
    public VastTrainingKind Training { get; init; }

    /// <summary>What an estimate is about; null where nobody described it.</summary>
    public VastWorkload? Workload { get; init; }

    /// <summary>What was measured of the workload of the instance's estimate; null where nothing was.</summary>
    public MeasuredRun? Measured { get; init; }
}

/// <summary>
/// What was shown about each instance, good or bad, a JSON object per line in the state folder: starting a run asks here.
/// Lines that are torn or not ours are skipped when reading and kept when writing.
/// </summary>
internal sealed class EvidenceStore(TimeProvider clock, JsonConverter<VastWorkload> workloads)
{
    private readonly JsonSerializerOptions _json = new() { Converters = { workloads } };

    // Read anew at every use: the simulator moves the state folder of a running process.
    private static string Location => Path.Combine(StateFolder.Locate(), "evidence.jsonl");

    /// <summary>The evidence about one instance, oldest first. The last of a kind is the one that counts.</summary>
    public IReadOnlyList<Evidence> All(string server, long instanceId) =>
    [
        .. Read().Where(l => l.Server == server && l.InstanceId == instanceId)
            .Select(l => new Evidence(
                l.Kind, l.Passed, l.At, l.Detail) { Pace = l.Pace, Training = l.Training, Workload = l.Workload, Measured = l.Measured }),
    ];

    /// <summary>
    /// What smoke tests and runs measured, on whatever instance: a kind of GPU is as fast for one account as for another.
    /// </summary>
    public IReadOnlyList<MeasuredRun> Measured() =>
        [.. Read().Select(l => l.Measured).OfType<MeasuredRun>().Where(m => m is { Workload: not null, GpuName: not null })];

    /// <summary>The workload of the last estimate for an instance; null where nobody described it.</summary>
    public VastWorkload? WorkloadOf(string server, long instanceId) =>
        All(server, instanceId).LastOrDefault(e => e.Kind == EvidenceKind.Estimate)?.Workload;

    /// <summary>Notes what was shown.</summary>
    public Task NoteAsync(string server, long instanceId, EvidenceKind kind, bool passed, string detail, CancellationToken stop) =>
        NoteAsync(server, instanceId, new Evidence(kind, passed, clock.GetUtcNow(), detail), stop);

    /// <summary>Notes what was shown, with all that is known about it.</summary>
    public Task NoteAsync(string server, long instanceId, Evidence shown, CancellationToken stop)
    {
        string path = Location;
        var line = new Line(server, instanceId, shown.Kind, shown.Passed, shown.At, Redactor.Clean(shown.Detail))
        {
            Pace = shown.Pace,
            Training = shown.Training,
            Workload = shown.Workload,
            Measured = shown.Measured,
        };
        return StateFolder.GuardAsync(path, () => AtomicFile.UpdateAsync(
            path,
            text => StateLines.Append(text, line, _json),
            clock,
            stop));
    }

    private IReadOnlyList<Line> Read() => StateLines.Read<Line>(Location, StateFolder.Read(Location), _json, IsSound);

    private static bool IsSound(Line line) =>
        StateLines.IsText(line.Server) && line.InstanceId > 0 && line.Detail is not null && Enum.IsDefined(line.Kind)
        && Enum.IsDefined(line.Training)
            && StateLines.IsTime(line.At)
            && RunPace.IsSound(line.Pace)
            && (line.Measured is null || IsSound(line.Measured));

    // The workload may be one of a later version: it counts as none then.
    private static bool IsSound(MeasuredRun run) =>
        StateLines.IsText(run.GpuName) && run.GpuCount > 0 && run.StepTime > TimeSpan.Zero && StateLines.IsSpan(run.StepTime)
        && run.VramGiB is null or (> 0 and < 1e6) && run.PeakVramGiB is null or (>= 0 and < 1e6);

    private sealed record Line(string Server, long InstanceId, EvidenceKind Kind, bool Passed, DateTimeOffset At, string Detail)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public RunPace? Pace { get; init; }

        [JsonConverter(typeof(JsonStringEnumConverter))]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public VastTrainingKind Training { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public VastWorkload? Workload { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public MeasuredRun? Measured { get; init; }
    }
}
