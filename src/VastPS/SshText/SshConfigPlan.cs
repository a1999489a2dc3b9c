namespace VastPS.SshText;

/// <summary>From what stands in the configuration and what the account has to what shall stand there.</summary>
internal static class SshConfigPlan
{
    /// <summary>
    /// Entries of other services stay. Of this one those stay that were asked for or are there already, as far as
    /// they are reachable now; dead ones go.
    /// </summary>
    /// <param name="existing">What the file holds.</param>
    /// <param name="server">The service that was asked.</param>
    /// <param name="reachable">An entry for each of its instances that has an address.</param>
    /// <param name="wanted">The ids asked for; null for all.</param>
    public static IReadOnlyList<SshHostEntry> Next(
        IReadOnlyList<SshHostEntry> existing, string server, IReadOnlyList<SshHostEntry> reachable, IReadOnlyCollection<long>? wanted)
    {
        long[] here = [.. existing.Where(e => e.Server == server).Select(e => e.InstanceId)];
        return
        [
            .. existing.Where(e => e.Server != server),
            .. reachable.Where(e => wanted is null || wanted.Contains(e.InstanceId) || here.Contains(e.InstanceId)).OrderBy(e => e.InstanceId),
        ];
    }
}
