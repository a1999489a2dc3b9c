using System.Text;
using System.Text.Json;
using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// Host keys in one file of the state folder, a JSON object per line. Lines that are torn or not ours are skipped
/// when reading and kept when writing. Where a scope occurs twice, the first line holds.
/// </summary>
internal sealed class HostKeyBook(string folder, TimeProvider clock) : IHostKeyBook
{
    public string Location { get; } = Path.Combine(folder, "host-keys.jsonl");

    public HostKey? Find(string scope) => Find(StateFolder.Read(Location), scope);

    public async Task<HostKey> MeetAsync(string scope, HostKey key, CancellationToken stop)
    {
        // Nearly always it is known: no lock and no writing then.
        HostKey? kept = Find(scope);
        if (kept is null)
        {
            await UpdateAsync(
                text =>
                {
                    kept = Find(text, scope);
                    string line = JsonSerializer.Serialize(new Line(scope, key.Type, key.Fingerprint, key.Base64));
                    return kept is not null ? text! : Join(Lines(text).Append(line));
                },
                stop);
        }

        return kept ?? key;
    }

    public async Task ForgetAsync(string scope, CancellationToken stop)
    {
        if (StateFolder.Read(Location) is not null)
        {
            await UpdateAsync(
                text => Join(Lines(text).Where(l => Parse(l) is not { } known || !(known.Scope == scope || known.Scope.StartsWith(scope + "/", StringComparison.Ordinal)))),
                stop);
        }
    }

    private Task UpdateAsync(Func<string?, string> change, CancellationToken stop) =>
        StateFolder.GuardAsync(Location, () => AtomicFile.UpdateAsync(Location, change, clock, stop));

    private static HostKey? Find(string? text, string scope) =>
        Lines(text).Select(Parse).FirstOrDefault(l => l?.Scope == scope) is { } found ? new HostKey(found.Type, found.Fingerprint, found.Key ?? "") : null;

    private static IEnumerable<string> Lines(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Join(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static Line? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line) is { Scope: not null, Type: not null, Fingerprint: not null } good ? good : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(string Scope, string Type, string Fingerprint, string? Key);
}
