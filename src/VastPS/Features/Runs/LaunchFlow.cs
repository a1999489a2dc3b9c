using System.Globalization;
using System.Security.Cryptography;
using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>Starts a run on a box so that it needs nobody any more, once its instance has proved itself.</summary>
internal sealed class LaunchFlow(VastApiClient api, InstanceConnections connections, RunStore store, TimeProvider clock)
{
    // TERM first: a training script may save a last checkpoint.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_launchLimit = TimeSpan.FromSeconds(30);

    // How long a box that was lost during the launch is asked again.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Starts the run and returns when its processes are there. Started at most once, however often the link is lost meanwhile;
    /// RunStartUnknown where the box did not come back to say.
    /// </summary>
    /// <param name="instance">As just read.</param>
    /// <param name="options">What to start.</param>
    /// <param name="noted">Called with the run's name just before the box is asked: from then on it may begin.</param>
    /// <param name="stop">Ends the waiting; the run may begin all the same.</param>
    public async Task<VastRun> StartAsync(VastInstance instance, LaunchOptions options, Action<string> noted, CancellationToken stop)
    {
        // A name that no variable can have ends here, before anything is noted.
        _ = RemoteScript.Preamble(options.Environment);
        ISshLink link = await connections.ConnectAsync(instance, options.KeyPath, stop).ConfigureAwait(false);
        RunRecord run;
        try
        {
            run = await NoteAsync(instance, options, stop).ConfigureAwait(false);
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        noted(run.Name);
        string[] said = await LaunchAsync(link, instance, run, options, stop).ConfigureAwait(false);
        if (said is ["log-path", var path])
        {
            return RunView.Of(run, new BoxRun(run.RunId) { LogPath = path, LogBytes = 0 }, null, clock.GetUtcNow(), Started(run));
        }

        string why = said[0] switch
        {
            "no-folder" => $"there is no folder {said[1]}",
            "no-space" => $"{said[1]} could not be written",
            _ => "it did not begin within ten seconds",
        };
        await store.CloseAsync(
            api.Server,
            run.RunId,
            new RunEnd(VastRunOutcome.Failed, 1, clock.GetUtcNow(), ["it was not started: " + why]),
            CancellationToken.None).ConfigureAwait(false);
        throw new VastException(VastReason.RunNotStarted, run.Name, instance.InstanceId, why);
    }

    // Until the box gives one of its answers. The guard on the box makes another start of the same run harmless, whatever
    // became of the one before; silence, or a script that was killed, says nothing about it.
    private async Task<string[]> LaunchAsync(
        ISshLink first, VastInstance instance, RunRecord run, LaunchOptions options, CancellationToken stop)
    {
        var command = new SshCommandSpec(RunScripts.Launch(run.RunId, run.Name, options, s_grace))
        {
            Environment = options.Environment,
            Timeout = s_launchLimit,
        };
        ISshLink? link = first;
        string[]? answer = null;
        string trouble = "";
        await Poll.UntilAsync(IsDecidedAsync, s_patience, s_pause, clock, stop).ConfigureAwait(false);
        return answer ?? throw new VastException(VastReason.RunStartUnknown, run.Name, instance.InstanceId, trouble);

        async Task<bool> IsDecidedAsync()
        {
            try
            {
                await using ISshLink open = link ?? await connections.ConnectAsync(instance, options.KeyPath, stop).ConfigureAwait(false);
                link = null;
                SshResult ran = await open.RunAsync(command, stop).ConfigureAwait(false);
                string[] words = ran.Stdout.Trim().Split('=', 2);
                bool isAnswer = ran.ExitCode == 0 && words is ["log-path" or "no-folder" or "no-space" or "no-start", _];
                answer = isAnswer ? words : null;
                trouble = ran.TimedOut ? "it did not answer in time" : "its answer was cut";
                return isAnswer;
            }
            catch (VastException e)
            {
                (link, trouble) = (null, e.Message);
                return !SshTrouble.MayPass(e.Reason);
            }
        }
    }

    private static string[] Started(RunRecord run) =>
        [.. run.IsForced
            ? ["started with -Force"]
            : Array.Empty<string>(), .. run.Deadline is null ? ["started without a limit"] : Array.Empty<string>()];

    private async Task<RunRecord> NoteAsync(VastInstance instance, LaunchOptions options, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string id = "run-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();
        var run = new RunRecord(id, options.Name ?? FreeName(instance), instance.InstanceId, options.Command, now)
        {
            LogPath = $"~/.vastps/runs/{id}/log.txt",
            MachineId = instance.MachineId,
            KeyMark = api.KeyMark,
            Deadline = now + options.MaxRuntime,
            CheckpointPath = InFolder(options.CheckpointPath, options.WorkingDirectory),
            WorkingDirectory = options.WorkingDirectory,
            EnvironmentNames = [.. options.Environment.Keys.Order(StringComparer.Ordinal)],
            AbortIf = options.AbortIf,
            Kind = options.Proof.Kind,
            Pace = options.Proof.Pace,
            Plan = options.Plan,
            Proof = options.Proof.Lines(options.MaxRuntime),
            ProvenBy = options.Proof.Noted,
            IsForced = options.IsForced,
            PricePerHour = instance.PricePerHour ?? 0,
        };
        await store.OpenAsync(api.Server, run, stop).ConfigureAwait(false);
        return run;
    }

    // As the command sees it; the box is asked from the folder one logs in to.
    private static string? InFolder(string? path, string? folder) =>
        path is null || folder is null || path.StartsWith('/') || path.StartsWith('~') ? path : $"{folder.TrimEnd('/')}/{path}";

    private string FreeName(VastInstance instance)
    {
        IReadOnlySet<string> taken = store.Names(api.Server);
        string name = instance.Name.Length > 0 ? instance.Name : "run";
        return taken.Contains(name)
            ? Enumerable.Range(2, taken.Count + 1)
                .Select(n => name + "-" + n.ToString(CultureInfo.InvariantCulture)).First(n => !taken.Contains(n))
            : name;
    }
}
