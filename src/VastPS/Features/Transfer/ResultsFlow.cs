using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;

namespace VastPS.Features.Transfer;

/// <summary>What came of fetching results.</summary>
/// <param name="Arrived">What is here, whole and compared.</param>
/// <param name="Missing">Why the rest is not.</param>
internal sealed record Results(IReadOnlyList<VastTransferResult> Arrived, IReadOnlyList<VastException> Missing);

/// <summary>Fetches the results of runs before anything is done to their box.</summary>
internal sealed class ResultsFlow(
    VastApiClient api,
    Func<VastInstance, string?, CancellationToken, Task<ISshLink>> connect,
    Func<string, FolderNames> probe,
    TimeProvider clock)
{
    private const int Tries = 3;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>Makes the folder and tries to write there; throws LocalItemUnusable where that is not possible.</summary>
    public static void DemandFolder(string destination) => new LocalStage(destination, FolderProbe.Try).Dispose();

    /// <summary>Fetches files and trees. What cannot be had is told and never thrown: somebody has to decide about the box.</summary>
    public async Task<Results> ReceiveAsync(
        long instanceId,
        IReadOnlyList<string> paths,
        string destination,
        string? keyPath,
        Action<TransferProgress> tell,
        CancellationToken stop)
    {
        var arrived = new List<VastTransferResult>();
        var missing = new List<VastException>();
        foreach (string path in paths)
        {
            var refused = new List<VastException>();
            try
            {
                var request = new ReceiveRequest(path, Recurse: true, destination, instanceId);
                arrived.Add(await ReceiveAsync(request, keyPath, refused, tell, stop).ConfigureAwait(false));
            }
            catch (VastException e)
            {
                missing.Add(e);
            }

            missing.AddRange(refused);
        }

        return new Results(arrived, missing);
    }

    private async Task<VastTransferResult> ReceiveAsync(
        ReceiveRequest request,
        string? keyPath,
        List<VastException> refused,
        Action<TransferProgress> tell,
        CancellationToken stop)
    {
        return await Retry.RunAsync(OnceAsync, (e, tried) => tried < Tries && MayPass(e), s_pause, clock, stop).ConfigureAwait(false);

        async Task<VastTransferResult> OnceAsync()
        {
            refused.Clear();
            VastInstance instance = await api.FindInstanceAsync(request.InstanceId, stop).ConfigureAwait(false)
                ?? throw new VastException(VastReason.InstanceNotFound, request.InstanceId);
            await using ISshLink link = await connect(instance, keyPath, stop).ConfigureAwait(false);
            return await new ReceiveFlow(end => connect(instance, keyPath, end), ExcludeRules.None, probe, clock)
                .RunAsync(request, link, new ReceiveListener(refused.Add, tell, _ => { }), stop)
                .ConfigureAwait(false);
        }
    }

    // A link may break after hours; what is wrong with a path stays wrong.
    private static bool MayPass(Exception failure) =>
        failure is VastException e && (SshTrouble.MayPass(e.Reason) || e.Reason == VastReason.TransferDamaged);
}
