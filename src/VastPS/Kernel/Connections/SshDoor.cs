using Renci.SshNet;
using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Kernel.Connections;

/// <summary>The door on SSH.NET.</summary>
internal sealed class SshDoor(
    IHostKeyStore hostKeys, TimeProvider clock, SshInternals? internals = null, WireTrace? trace = null) : ISshDoor
{
    // When the addresses fail for different reasons, the one that says most names the error.
    private static readonly VastReason[] s_telling =
        [VastReason.SshAuthFailed, VastReason.SshHandshakeFailed, VastReason.SshTimeout, VastReason.SshRefused, VastReason.SshUnreachable];

    private readonly SshDial _dial = new(hostKeys, internals ?? new SshInternals(), clock);

    public async Task<ISshLink> ConnectAsync(SshTarget target, CancellationToken stop)
    {
        var failures = new List<AttemptException>();
        foreach (VastSshAddress address in target.Addresses)
        {
            stop.ThrowIfCancellationRequested();
            trace?.Tell($"Connecting to instance {target.InstanceId} over ssh at {address}.");
            trace?.Detail($"ssh {address}: keys {string.Join(", ", target.Keys)}, limit {Duration.Format(target.ConnectTimeout)}");
            try
            {
                SshClient client = await _dial.ConnectAsync(target, address, stop);
                return new SshLink(
                    client,
                    target,
                    address,
                    () => _dial.ConnectAsync(target, address, CancellationToken.None),
                    clock);
            }
            catch (AttemptException e)
            {
                trace?.Tell($"That attempt failed: {e.Message}.");
                failures.Add(e);
            }
        }

        throw Explain(target, failures);
    }

    private static VastException Explain(SshTarget target, List<AttemptException> failures)
    {
        VastReason reason = s_telling.First(r => failures.Exists(f => f.Reason == r));
        string story = string.Join("; ", failures.Select(f => f.Message));
        object?[] facts = reason == VastReason.SshAuthFailed
            ? [story, string.Join(", ", target.Keys), target.Keys[0].AsArgument]
            : [story];
        return VastException.Because(failures.First(f => f.Reason == reason), reason, target.InstanceId, facts);
    }
}
