using System.Globalization;
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
/// What was shown about each instance, good or bad: starting a run asks here. Under one key the last line counts: of each kind the
/// newest, and of what was measured the newest of each workload.
/// </summary>
internal sealed class EvidenceStore
{
    // More than these say nothing new about a kind of GPU, and reading them would take longer the longer one works with it.
    private const int MostMeasured = 200;
    private const int GpuName = 0;

    private readonly JsonLines<Line> _lines;

    /// <param name="clock">For the waiting.</param>
    /// <param name="workloads">How a workload is written.</param>
    /// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
    /// <param name="skipped">Hears of lines that were passed over.</param>
    public EvidenceStore(TimeProvider clock, JsonConverter<VastWorkload> workloads, string? folder = null, SkippedLines? skipped = null)
    {
        var shape = new LineShape(
            ["Server", "InstanceId", "Kind"],
            [
                "Measured.GpuName", "Measured.Workload.Model", "Measured.Workload.BatchSize", "Measured.Workload.SequenceLength",
            ],
            ["Measured.GpuName"]);
        var format = new LineFormat<Line>(shape, IsSound)
        {
            Options = new JsonSerializerOptions { Converters = { workloads } },
            IsOrderedByLast = true,
        };
        _lines = new JsonLines<Line>(format, () => StateFolder.File("evidence.jsonl", folder), clock, skipped);
    }

    /// <summary>The evidence about one instance, in the order in which it was noted. The last of a kind is the one that counts.</summary>
    public IReadOnlyList<Evidence> Of(string server, long instanceId)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{server}\n{instanceId}\n");
        return _lines.Read(index => index.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(View).ToList());
    }

    /// <summary>
    /// The newest of what smoke tests and runs measured, on whatever instance: a kind of GPU is as fast for one account as for another.
    /// </summary>
    public IReadOnlyList<MeasuredRun> Measured() => _lines.Read(index =>
    {
        var found = new List<MeasuredRun>();
        for (int i = index.Entries.Count - 1; i >= 0 && found.Count < MostMeasured; i--)
        {
            if (index.Entries[i].Facts[GpuName] is not null
                && index.Find(index.Entries[i].Key)?.Measured is { Workload: not null, GpuName: not null } measured)
            {
                found.Add(measured);
            }
        }

        found.Reverse();
        return found;
    });

    /// <summary>Notes what was shown, with all that is known about it.</summary>
    public Task NoteAsync(string server, long instanceId, Evidence shown, CancellationToken stop)
    {
        var line = new Line(server, instanceId, shown.Kind, shown.Passed, shown.At, Redactor.Clean(shown.Detail))
        {
            Pace = shown.Pace,
            Training = shown.Training,
            Workload = shown.Workload,
            Measured = shown.Measured,
        };
        return _lines.AppendAsync([line], stop);
    }

    private static Evidence View(Line line) => new(line.Kind, line.Passed, line.At, line.Detail)
    {
        Pace = line.Pace,
        Training = line.Training,
        Workload = line.Workload,
        Measured = line.Measured,
    };

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
