using VastPS.Kernel.Connections;

namespace VastPS.Features.Runs;

/// <summary>Runs a few steps of a training on a box, follows its output and judges it.</summary>
internal static class SmokeTraining
{
    // Seen in time for a peak, and no burden for the box.
    private static readonly TimeSpan s_sampleGap = TimeSpan.FromSeconds(1);

    // A pipe makes programs hold their output back; this is what Python listens to.
    private static readonly IReadOnlyDictionary<string, string> s_environment = new Dictionary<string, string>
    {
        ["PYTHONUNBUFFERED"] = "1",
    };

    // Asking for a checkpoint lists a folder.
    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The result. The command is ended when the steps are reached and a wished checkpoint is saved, when a value is not
    /// finite, at the time limit and on a stop. Then, if that was wished, another goes on from the checkpoint.
    /// </summary>
    public static async Task<VastSmokeResult> RunAsync(
        long instanceId, ISshLink link, SmokeOptions options, Action<string, long> onLine, TimeProvider clock, CancellationToken stop)
    {
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(stop);
        long begin = clock.GetTimestamp();
        CheckpointWatch? saved = options.CheckpointPath is { } path
            ? new CheckpointWatch(link, path, options.WorkingDirectory, s_lookLimit)
            : null;
        if (saved is not null)
        {
            await saved.BeginAsync(stop).ConfigureAwait(false);
        }

        var log = new SmokeLog(options, onLine, clock);
        Task looking = LookAtGpusAsync(link, log.Gpu, clock, sampling.Token);
        SmokeLog? resumed = null;
        try
        {
            await TrainAsync(link, options, options.Command, log, saved, stop).ConfigureAwait(false);
            if (options.ResumeCommand is { } again && saved!.IsSaved && log.Reasons().Count == 0)
            {
                resumed = new SmokeLog(options, onLine, clock) { IsAfterCheckpoint = true, Gpu = log.Gpu };
                await TrainAsync(link, options, again, resumed, null, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            await sampling.CancelAsync().ConfigureAwait(false);
        }

        await looking.ConfigureAwait(false);
        return log.Result(instanceId, clock.GetElapsedTime(begin), saved?.IsSaved, resumed);
    }

    private static async Task TrainAsync(
        ISshLink link, SmokeOptions options, string command, SmokeLog log, CheckpointWatch? saved, CancellationToken stop)
    {
        using var enough = new SmokeEnd(log, saved, stop);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task following = saved?.FollowAsync(enough.Judge, watching.Token) ?? Task.CompletedTask;
        try
        {
            log.End(await link.RunAsync(
                new SshCommandSpec(options.Script(command))
                {
                    InLoginShell = true,
                    Timeout = options.Timeout,
                    Environment = s_environment,
                    OnStdoutLine = log.Add,
                    OnStderrLine = log.Add,
                    KeepChars = 1024,
                },
                enough.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // All that is needed has been seen.
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(false);
        }

        if (saved is not null)
        {
            await saved.EndAsync(stop).ConfigureAwait(false);
        }
    }

    // On a second channel that runs beside the command.
    private static async Task LookAtGpusAsync(ISshLink link, GpuUse gpu, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            await link.RunAsync(
                new SshCommandSpec(
                    FormattableString.Invariant(
                        $"while nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader,nounits; do sleep {s_sampleGap.TotalSeconds}; done"))
                {
                    KeepChars = 1024,
                    OnStdoutLine = line => gpu.Add(line, clock.GetUtcNow()),
                },
                stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or VastException)
        {
            // Ended with the command; or the box gave no second channel, and then nothing was measured.
        }

        gpu.End();
    }
}
