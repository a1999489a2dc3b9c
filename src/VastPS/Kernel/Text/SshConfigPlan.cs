namespace VastPS.Kernel.Text;

/// <summary>From what stands in the configuration and what the account has to what shall stand there.</summary>
/// <param name="Server">The service that was asked.</param>
/// <param name="Reachable">An entry for each of its instances that has an address.</param>
/// <param name="Seen">The ids that stood in the file before the service was asked.</param>
/// <param name="Wanted">The ids asked for; null for all.</param>
internal sealed record SshConfigPlan(
    string Server, IReadOnlyList<SshHostEntry> Reachable, IReadOnlyCollection<long> Seen, IReadOnlyCollection<long>? Wanted)
{
    /// <summary>Entries without the alias of their label, because the user has given that name to another host.</summary>
    public IReadOnlyList<(SshHostEntry Entry, string Alias)> Avoided { get; init; } = [];

    /// <summary>
    /// Entries of other services stay. Of this one those stay that were asked for or are there already, as far as
    /// they are reachable now; dead ones go. One that came into the file after the service was asked is of somebody who
    /// asked later, and stays as it is.
    /// </summary>
    public IReadOnlyList<SshHostEntry> Next(IReadOnlyList<SshHostEntry> existing)
    {
        SshHostEntry[] here = [.. existing.Where(e => e.Server == Server)];
        SshHostEntry[] kept =
        [
            .. Reachable.Where(e => Wanted is null || Wanted.Contains(e.InstanceId) || here.Any(h => h.InstanceId == e.InstanceId)),
            .. here.Where(h => !Seen.Contains(h.InstanceId) && Reachable.All(e => e.InstanceId != h.InstanceId)),
        ];

        // An id is one name: where two services have it, it is that of the service asked last.
        return
        [
            .. existing.Where(e => e.Server != Server && kept.All(k => k.InstanceId != e.InstanceId)),
            .. kept.OrderBy(e => e.InstanceId),
        ];
    }
}
