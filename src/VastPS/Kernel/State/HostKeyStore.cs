using VastPS.Basics;

namespace VastPS.Kernel.State;

/// <summary>
/// Host keys in one file of the state folder, a JSON object per line. Lines that are torn or not ours are skipped
/// when reading and kept when writing. Where a scope occurs twice, the first line holds.
/// </summary>
internal sealed class HostKeyStore(string folder, TimeProvider clock) : IHostKeyStore
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
                    return kept is not null ? text! : StateLines.Append(text, new Line(scope, key.Type, key.Fingerprint, key.Base64));
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
                text => string.Concat(StateLines.Whole(text).Where(l => !IsOf(l, scope))),
                stop);
        }
    }

    private Task UpdateAsync(Func<string?, string> change, CancellationToken stop) =>
        StateFolder.GuardAsync(Location, () => AtomicFile.UpdateAsync(Location, change, clock, stop));

    private HostKey? Find(string? text, string scope) =>
        StateLines.Read<Line>(Location, text, null, IsSound).FirstOrDefault(l => l.Scope == scope) is { } found
            ? new HostKey(found.Type, found.Fingerprint, found.Key ?? "")
            : null;

    private static bool IsOf(string line, string scope) =>
        StateLines.Parse<Line>(line, null) is { } known
            && IsSound(known)
            && (known.Scope == scope || known.Scope.StartsWith(scope + "/", StringComparison.Ordinal));

    private static bool IsSound(Line line) =>
        StateLines.IsText(line.Scope) && StateLines.IsText(line.Type) && StateLines.IsText(line.Fingerprint);

    private sealed record Line(string Scope, string Type, string Fingerprint, string? Key);
}
