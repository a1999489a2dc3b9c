using VastPS.Kernel.Connections;

namespace VastPS.Features.Runs;

/// <summary>Looks at what a run has saved on its box.</summary>
internal static class CheckpointFlow
{
    // A writer that has not written for so long is slower than any disk that could be trained on.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The checkpoints at a path, the newest first; CheckpointsUnreadable where the box gave no whole answer.</summary>
    public static async Task<IReadOnlyList<VastRunCheckpoint>> FindAsync(
        ISshLink link, string runId, long instanceId, string path, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(RunScripts.Checkpoints(path, s_pause)) { Timeout = s_limit }, stop)
            .ConfigureAwait(false);
        return SavedFiles.Read(ran.Stdout) is { } saved
            ? CheckpointModel.Find(saved, runId, instanceId)
            : throw new VastException(
                VastReason.CheckpointsUnreadable, path, instanceId, ran.TimedOut ? "the box did not answer in time" : ran.Stderr.Trim());
    }
}
