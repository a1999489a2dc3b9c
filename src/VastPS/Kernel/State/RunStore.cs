using System.Text.Json;
using System.Text.Json.Serialization;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// The runs started from here, a JSON object per line in the state folder: one line when a run starts, one when its end was seen.
/// Lines that are torn or not ours are skipped when reading and kept when writing.
/// </summary>
/// <param name="clock">Tells when something was seen.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
internal sealed class RunStore(TimeProvider clock, string? folder = null)
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() } };

    // Read anew at every use: the simulator moves the state folder of a running process.
    private string Location => Path.Combine(folder ?? StateFolder.Locate(), "runs.jsonl");

    /// <summary>The runs of one server, in the order of their start.</summary>
    public IReadOnlyList<RunRecord> All(string server) => [.. Read(StateFolder.Read(Location), server).Values];

    /// <summary>Notes a run before it is started, so that no run is ever unknown here; RunNameTaken where the name is in use.</summary>
    public Task OpenAsync(string server, RunRecord run, CancellationToken stop) => UpdateAsync(
        text => Read(text, server).Values.FirstOrDefault(r => r.Name.Equals(run.Name, StringComparison.OrdinalIgnoreCase)) is { } taken
            ? throw new VastException(VastReason.RunNameTaken, run.Name, taken.RunId, taken.InstanceId)
            : StateLines.Append(text, new Line(server, run.RunId)
            {
                Started = run with { Command = Redactor.Clean(run.Command), Proof = [.. run.Proof.Select(Redactor.Clean)] },
            }, s_json),
        stop);

    /// <summary>Notes how a run ended; the first word stands, unless it was Removed.</summary>
    public Task CloseAsync(string server, string runId, RunEnd end, CancellationToken stop) => UpdateAsync(
        text => Read(text, server).TryGetValue(runId, out RunRecord? known) && known.IsOpen && known.End?.Outcome != end.Outcome
            ? StateLines.Append(
                text, new Line(server, runId) { Ended = end with { Evidence = [.. end.Evidence.Select(Redactor.Clean)] } }, s_json)
            : text ?? "",
        stop);

    private Dictionary<string, RunRecord> Read(string? text, string server)
    {
        var runs = new Dictionary<string, RunRecord>(StringComparer.Ordinal);
        foreach (Line line in StateLines.Read<Line>(Location, text, s_json, IsSound).Where(l => l.Server == server))
        {
            if (line.Started is { } started)
            {
                runs[line.RunId] = started;
            }
            else if (line.Ended is { } ended && runs.TryGetValue(line.RunId, out RunRecord? known))
            {
                runs[line.RunId] = known with { End = ended };
            }
        }

        return runs;
    }

    private static bool IsSound(Line line) => StateLines.IsText(line.Server) && StateLines.IsText(line.RunId)
        && (line.Started is null || IsSound(line.Started, line.RunId)) && (line.Ended is null || IsSound(line.Ended));

    private static bool IsSound(RunRecord run, string runId) =>
        run.RunId == runId
            && run.RunId.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && StateLines.IsText(run.Name)
            && run.Command is not null
            && run.LogPath is not null
        && run.InstanceId > 0 && StateLines.IsTime(run.StartedAt) && StateLines.IsTime(run.Deadline) && StateLines.IsMoney(run.PricePerHour)
        && Enum.IsDefined(run.Kind) && StateLines.AreTexts(run.AbortIf) && StateLines.AreTexts(run.Proof)
        && RunPace.IsSound(run.Pace) && (run.End is null || IsSound(run.End));

    private static bool IsSound(RunEnd end) =>
        Enum.IsDefined(end.Outcome) && StateLines.IsTime(end.At) && StateLines.AreTexts(end.Evidence);

    private Task UpdateAsync(Func<string?, string> change, CancellationToken stop)
    {
        string path = Location;
        return StateFolder.GuardAsync(path, () => AtomicFile.UpdateAsync(path, change, clock, stop));
    }

    private sealed record Line(string Server, string RunId)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public RunRecord? Started { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public RunEnd? Ended { get; init; }
    }
}
