using System.Text.Json;
using System.Text.Json.Serialization;

namespace VastPS.Kernel.State;

/// <summary>Host keys. The first that was met in a scope holds until the scope is forgotten.</summary>
/// <param name="folder">The state folder; null for that of this process, wherever it is at each use.</param>
/// <param name="clock">For the waiting.</param>
/// <param name="skipped">Hears of lines that were passed over.</param>
internal sealed class HostKeyStore(string? folder, TimeProvider clock, SkippedLines? skipped = null) : IHostKeyStore
{
    private static readonly LineFormat<Line> s_format = new(new LineShape(["Scope"], [], [], canBeGone: true), IsSound)
    {
        Options = new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault },
        Fold = (known, line) => line.Forgotten ? null : known ?? line,
        IsWhole = line => line.Forgotten,
    };

    private readonly JsonLines<Line> _lines = new(s_format, () => StateFolder.File("host-keys.jsonl", folder), clock, skipped);

    public string Location => _lines.Location;

    public HostKey? Find(string scope) => _lines.Read(index => View(index.Find(scope)));

    public async Task<HostKey> MeetAsync(string scope, HostKey key, CancellationToken stop)
    {
        // Nearly always it is known: no lock and no writing then.
        HostKey? kept = Find(scope);
        if (kept is null)
        {
            await _lines.AppendAsync(
                index => (kept = View(index.Find(scope))) is null
                    ? [new Line(scope) { Type = key.Type, Fingerprint = key.Fingerprint, Key = key.Base64 }]
                    : [],
                stop).ConfigureAwait(false);
        }

        return kept ?? key;
    }

    // Lines behind the others take them back: whoever reads meanwhile finds the old or the new.
    public Task ForgetAsync(string scope, CancellationToken stop) =>
        _lines.Read(index => Below(index, scope)).Count == 0
            ? Task.CompletedTask
            : _lines.AppendAsync(index => [.. Below(index, scope).Select(s => new Line(s) { Forgotten = true })], stop);

    private static IReadOnlyList<string> Below(LineIndex<Line> index, string scope) =>
    [
        .. index.Entries.Where(e => !e.IsGone && (e.Key == scope || e.Key.StartsWith(scope + "/", StringComparison.Ordinal)))
            .Select(e => e.Key),
    ];

    private static HostKey? View(Line? line) => line is null ? null : new HostKey(line.Type!, line.Fingerprint!, line.Key ?? "");

    private static bool IsSound(Line line) =>
        StateLines.IsText(line.Scope) && (line.Forgotten || (StateLines.IsText(line.Type) && StateLines.IsText(line.Fingerprint)));

    private sealed record Line(string Scope)
    {
        public string? Type { get; init; }

        public string? Fingerprint { get; init; }

        public string? Key { get; init; }

        public bool Forgotten { get; init; }
    }
}
