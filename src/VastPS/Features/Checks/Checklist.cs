using System.Runtime.CompilerServices;
using VastPS.Kernel.Connections;

namespace VastPS.Features.Checks;

/// <summary>
/// The whole list for one box, the cheapest and deadliest first: reachable, GPUs, memory, free space (one command),
/// then what takes seconds and money: writing, downloading.
/// </summary>
internal sealed class Checklist(Func<VastInstance, CancellationToken, Task<ISshLink>> connect, TimeProvider clock)
{
    // These say something about the box; any other failure is about this computer or the account and is thrown.
    private static readonly IReadOnlySet<VastReason> s_boxTrouble = new HashSet<VastReason>
    {
        VastReason.InstanceNotRunning, VastReason.SshNoAddress, VastReason.SshRefused, VastReason.SshUnreachable,
        VastReason.SshTimeout, VastReason.SshHandshakeFailed, VastReason.SshLinkLost,
    };

    /// <summary>Result by result, as they come. A link that breaks on the way is a result too.</summary>
    /// <param name="instance">As just read.</param>
    /// <param name="options">What memory and disk are held against.</param>
    /// <param name="download">What to measure of the network.</param>
    /// <param name="stop">Ends it.</param>
    public async IAsyncEnumerable<VastCheckResult> RunAsync(
        VastInstance instance, CheckOptions options, BandwidthOptions download, [EnumeratorCancellation] CancellationToken stop)
    {
        long begin = clock.GetTimestamp();
        (ISshLink? opened, VastException? trouble) = await TryAsync(() => connect(instance, stop)).ConfigureAwait(false);
        if (opened is null)
        {
            yield return Reachable(instance, null, trouble!);
            yield break;
        }

        await using ISshLink link = opened;
        yield return Reachable(instance, clock.GetElapsedTime(begin), null);
        Func<Task<IEnumerable<VastCheckResult>>>[] steps =
        [
            () => BoxProbes.LookAsync(instance, link, options, stop),
            async () => [await BoxProbes.WriteAsync(instance, link, options.Workload, stop).ConfigureAwait(false)],
            async () => [await BandwidthProbe.RunAsync(instance, link, download, stop).ConfigureAwait(false)],
        ];
        foreach (Func<Task<IEnumerable<VastCheckResult>>> step in steps)
        {
            (IEnumerable<VastCheckResult>? results, trouble) = await TryAsync(step).ConfigureAwait(false);
            foreach (VastCheckResult result in results ?? [Reachable(instance, null, trouble!)])
            {
                yield return result;
            }

            if (results is null)
            {
                yield break;
            }
        }
    }

    private static async Task<(T? Value, VastException? Trouble)> TryAsync<T>(Func<Task<T>> work)
        where T : class
    {
        try
        {
            return (await work().ConfigureAwait(false), null);
        }
        catch (VastException e) when (s_boxTrouble.Contains(e.Reason))
        {
            return (null, e);
        }
    }

    private static VastCheckResult Reachable(VastInstance instance, TimeSpan? took, VastException? trouble) =>
        new CheckResultFactory(instance).Say(
            "Reachable",
            trouble is null ? VastCheckStatus.Pass : VastCheckStatus.Fail,
            new Measurement(took?.TotalSeconds, null, "s"),
            trouble is null ? [.. instance.SshAddresses.Select(a => a.ToString())] : [trouble.Message],
            FormattableString.Invariant($"{(instance.IsHalted ? "Start" : "Wait")}-VastInstance -InstanceId {instance.InstanceId}"));
}
