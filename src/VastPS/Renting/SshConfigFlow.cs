using VastPS.Api;
using VastPS.Ssh;
using VastPS.SshText;
using VastPS.Store;

namespace VastPS.Renting;

/// <summary>Keeps the entries of the ssh configuration in step with the instances of the account.</summary>
internal sealed class SshConfigFlow(VastApiClient api)
{
    /// <summary>
    /// What shall stand in the file, decided at once from what the account has. Ids that do not exist or do not run, and
    /// addresses that are none, are told and left out.
    /// </summary>
    /// <param name="file">The configuration.</param>
    /// <param name="wanted">The ids asked for; null for all that run.</param>
    /// <param name="byProxy">True goes through Vast's proxy even where the machine can be reached itself.</param>
    /// <param name="identityFile">The key to log in with; null leaves the choice to ssh.</param>
    /// <param name="tell">Hears what is left out.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Func<IReadOnlyList<SshHostEntry>, IReadOnlyList<SshHostEntry>>> PlanAsync(
        SshConfigFile file, IReadOnlyCollection<long>? wanted, bool byProxy, string? identityFile, Action<VastException> tell, CancellationToken stop)
    {
        IReadOnlyList<VastInstance> instances = await api.GetInstancesAsync(stop).ConfigureAwait(false);
        string server = api.Server;
        var reachable = new List<SshHostEntry>();
        foreach (VastInstance instance in instances.Where(i => i.SshAddresses.Count > 0))
        {
            try
            {
                VastSshAddress address = instance.SshAddresses.FirstOrDefault(a => a.IsDirect != byProxy) ?? instance.SshAddresses[0];
                HostName.Demand(address);
                reachable.Add(new SshHostEntry(instance.InstanceId, server, SshHostFile.NameOf(instance.Name), address, identityFile, file.KnownHostsOf(instance.InstanceId)));
            }
            catch (VastException e)
            {
                tell(e);
            }
        }

        foreach (long id in (wanted ?? []).Where(id => instances.All(i => i.SshAddresses.Count == 0 || i.InstanceId != id)))
        {
            tell(instances.FirstOrDefault(i => i.InstanceId == id) is { } stopped
                ? new VastException(VastReason.InstanceNotRunning, id, stopped.StateText)
                : new VastException(VastReason.InstanceNotFound, id));
        }

        return existing => SshConfigPlan.Next(existing, server, reachable, wanted);
    }

    /// <summary>The key to name in the entries: one that was named by the user; else ssh knows the usual places itself.</summary>
    public static string? IdentityFile(string? keyPath) =>
        keyPath is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(LocalKeys.PathVariable)) ? null : LocalKeys.Find(keyPath)[0].Path;

    /// <summary>The entries as users see them.</summary>
    public static IEnumerable<VastSshConfigEntry> Shown(SshConfigFile file, IReadOnlyList<SshHostEntry> entries) => entries.Select(e => new VastSshConfigEntry
    {
        Aliases = SshHostFile.AliasesOf(e, entries),
        InstanceId = e.InstanceId,
        Server = e.Server,
        HostName = e.Address.Host,
        Port = e.Address.Port,
        User = e.Address.User,
        IdentityFile = e.IdentityFile,
        KnownHostsFile = e.KnownHostsFile,
        Path = file.Location,
    });
}
