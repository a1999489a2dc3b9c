using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Access;

/// <summary>Keeps the entries of the ssh configuration in step with the instances of the account.</summary>
internal sealed class SshConfigFlow(VastApiClient api, IHostKeyStore hostKeys)
{
    /// <summary>
    /// What shall stand in the file, decided at once from what the account has. Ids that do not exist or do not run,
    /// addresses that are none, and names that are taken are told and left out.
    /// </summary>
    /// <param name="file">The configuration.</param>
    /// <param name="wanted">The ids asked for; null for all that run.</param>
    /// <param name="byProxy">True goes through Vast's proxy even where the machine can be reached itself.</param>
    /// <param name="identityFile">The key to log in with; null leaves the choice to ssh.</param>
    /// <param name="tell">Hears what is left out.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<SshConfigPlan> PlanAsync(
        SshConfigFile file,
        IReadOnlyCollection<long>? wanted,
        bool byProxy,
        string? identityFile,
        Action<VastException> tell,
        CancellationToken stop)
    {
        // Before the question: what comes into the file later is of somebody who knows more.
        IReadOnlyList<SshHostEntry> before = file.Read();
        List<VastInstance> instances = [.. await api.GetInstancesAsync(stop).ConfigureAwait(false)];
        foreach (long id in (wanted ?? []).Where(id => instances.All(i => i.InstanceId != id)).ToList())
        {
            // The list may lack a new one for a while.
            instances.AddRange(await api.FindInstanceAsync(id, stop).ConfigureAwait(false) is { } found ? [found] : []);
        }

        IReadOnlySet<string> taken = file.UserNames();
        var reachable = new List<SshHostEntry>();
        var avoided = new List<(SshHostEntry, string)>();
        foreach (VastInstance instance in instances.Where(i => i.SshAddresses.Count > 0))
        {
            try
            {
                VastSshAddress address = instance.SshAddresses.FirstOrDefault(a => a.IsDirect != byProxy) ?? instance.SshAddresses[0];
                HostName.Demand(address);
                var entry = new SshHostEntry(
                    instance.InstanceId,
                    api.Server,
                    SshHostFile.NameOf(instance.Name),
                    address,
                    identityFile,
                    file.KnownHostsOf(instance.InstanceId));
                if (taken.Contains(entry.IdAlias))
                {
                    throw new VastException(VastReason.SshConfigNameTaken, entry.IdAlias, file.Location, instance.InstanceId);
                }

                if (taken.Contains(SshHostFile.NamedAlias(entry.Name)))
                {
                    avoided.Add((entry, SshHostFile.NamedAlias(entry.Name)));
                    entry = entry with { Name = "" };
                }

                reachable.Add(await WithKeyAsync(entry, file, before, stop).ConfigureAwait(false));
            }
            catch (VastException e)
            {
                tell(e);
            }
        }

        foreach (long id in (wanted ?? []).Where(id => instances.All(i => i.SshAddresses.Count == 0 || i.InstanceId != id)))
        {
            tell(instances.FirstOrDefault(i => i.InstanceId == id) is { } stopped
                ? InstanceConnections.NotRunning(stopped)
                : new VastException(VastReason.InstanceNotFound, id));
        }

        return new SshConfigPlan(api.Server, reachable, [.. before.Select(e => e.InstanceId)], wanted) { Avoided = avoided };
    }

    /// <summary>The key to name in the entries: one that was named by the user; else ssh knows the usual places itself.</summary>
    public static string? IdentityFile(string? keyPath) =>
        new LocalKeys(TimeProvider.System).NamedFile(keyPath);

    /// <summary>The entries as users see them.</summary>
    public static IEnumerable<VastSshConfigEntry> Shown(SshConfigFile file, IReadOnlyList<SshHostEntry> entries) =>
        entries.Select(e => new VastSshConfigEntry
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

    // One trust for both: the key that VastPS met holds for ssh; the one that ssh met at this address holds for VastPS.
    private async Task<SshHostEntry> WithKeyAsync(
        SshHostEntry entry, SshConfigFile file, IReadOnlyList<SshHostEntry> before, CancellationToken stop)
    {
        string scope = SshTarget.ScopeOf(SshTarget.ScopeOf(api.Server, entry.InstanceId), entry.Address);
        HostKey? known = hostKeys.Find(scope);
        bool isMet = before.Any(b => b.Server == entry.Server
            && b.InstanceId == entry.InstanceId
            && (b.Address.Host, b.Address.Port) == (entry.Address.Host, entry.Address.Port));
        if (known is null && isMet && file.MetKey(entry.InstanceId) is { } met)
        {
            known = await hostKeys.MeetAsync(scope, new HostKey(met.Type, met.Fingerprint, met.Base64), stop).ConfigureAwait(false);
        }

        return known is { Base64.Length: > 0 }
            ? entry with { IsKnown = true, HostKey = PublicKeyText.Parse($"{known.Type} {known.Base64}") }
            : entry;
    }
}
