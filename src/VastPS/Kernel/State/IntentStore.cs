using System.Text.Json;
using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>
/// What is about to be rented, noted on the disk before the server is asked and taken back once the user has the instance. Whoever is
/// killed in between leaves a line whose label names what may have been rented.
/// </summary>
/// <param name="clock">Tells when something was begun.</param>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
/// <param name="skipped">Hears of lines that were passed over.</param>
internal sealed class IntentStore(TimeProvider clock, string? folder = null, SkippedLines? skipped = null)
{
    private static readonly LineFormat<Line> s_format = new(
        new LineShape(["Server", "Label"], [], [], canBeGone: true), line => StateLines.IsText(line.Server) && StateLines.IsText(line.Label))
    {
        Options = new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault },
        Fold = (_, line) => line.Forgotten ? null : line,
    };

    private readonly JsonLines<Line> _lines = new(s_format, () => StateFolder.File("intents.jsonl", folder), clock, skipped);

    /// <summary>StateNotPrivate where others may enter the folder, StateNotUsable where it cannot hold what will be noted.</summary>
    public void DemandRoom() => StateFolder.DemandRoom(_lines.Location);

    /// <summary>Notes that an offer is about to be rented under a label; throws where that is not on the disk afterwards.</summary>
    public Task BeginAsync(string server, string label, long offerId, CancellationToken stop)
    {
        DemandRoom();
        return _lines.AppendAsync([new Line(server, label) { OfferId = offerId, At = clock.GetUtcNow() }], stop);
    }

    /// <summary>Takes it back: nothing was rented, or the user has what was. Where nothing can be written it stays.</summary>
    public async Task SettleAsync(string server, string label, CancellationToken stop)
    {
        try
        {
            await _lines.AppendAsync([new Line(server, label) { Forgotten = true }], stop).ConfigureAwait(false);
        }
        catch (VastException e) when (e.Reason == VastReason.StateNotUsable)
        {
        }
    }

    /// <summary>The labels under which something may have been rented that no user got.</summary>
    public IReadOnlyList<string> Open(string server)
    {
        string prefix = server + "\n";
        return _lines.Read(index => index.Entries.Where(e => !e.IsGone && e.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(e => e.Key[prefix.Length..]).ToList());
    }

    private sealed record Line(string Server, string Label)
    {
        public long OfferId { get; init; }

        public DateTimeOffset At { get; init; }

        public bool Forgotten { get; init; }
    }
}
