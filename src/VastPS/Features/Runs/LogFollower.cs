using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Logs;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Reads the log of a run, and goes on by byte offset however often the connection breaks.</summary>
internal sealed class LogFollower(VastApiClient api, InstanceConnections connections, TimeProvider clock)
{
    private const int PieceBytes = 1024 * 1024;

    // Lines of logs are rarely longer on average; a tail that falls short shows fewer lines than asked.
    private const int BytesPerLine = 400;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // How long a box that does not answer is waited for while its log is followed.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Hands over the lines of the log: all, or the last ones; and where it is followed, new ones until the run has ended.
    /// </summary>
    /// <param name="run">Whose log.</param>
    /// <param name="request">What of it.</param>
    /// <param name="tell">Gets each line.</param>
    /// <param name="warn">Gets why nothing comes for now.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task ReadAsync(
        RunRecord run, LogRequest request, Action<LogLine> tell, Action<string> warn, CancellationToken stop)
    {
        (int? lastLines, bool follow, string? keyPath) = request;
        var reader = new LogReader(run.RunId, lastLines, clock);

        // A broken link is opened again: what was read is not read twice.
        await Retry.RunAsync(DrainAsync, (e, _) => IsWaitedFor(e), s_pause, clock, stop).ConfigureAwait(false);

        async Task<bool> DrainAsync()
        {
            VastInstance instance = await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false)
                ?? throw new VastException(VastReason.InstanceNotFound, run.InstanceId);
            await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
            await reader.DrainAsync(link, follow, tell, stop).ConfigureAwait(false);
            return true;
        }

        bool IsWaitedFor(Exception failure)
        {
            if (!follow || failure is not VastException e || !MayPass(e.Reason) || clock.GetUtcNow() - reader.HeardAt >= s_patience)
            {
                return false;
            }

            if (!reader.IsAway)
            {
                reader.IsAway = true;
                warn(e.Message);
            }

            return true;
        }
    }

    private static bool MayPass(VastReason reason) => SshTrouble.MayPass(reason)
        || reason is VastReason.RunLogUnreadable or VastReason.InstanceNotRunning
            or VastReason.ApiUnreachable or VastReason.ApiTimeout or VastReason.ApiGateway or VastReason.ApiServerError;

    private sealed class LogReader(string runId, int? lastLines, TimeProvider clock)
    {
        private LineReader _lines = new();
        private long _offset;
        private bool _isPlaced = lastLines is null;

        /// <summary>When the box last answered, or when it was first asked.</summary>
        public DateTimeOffset HeardAt { get; private set; } = clock.GetUtcNow();

        /// <summary>True while the box does not answer.</summary>
        public bool IsAway { get; set; }

        public async Task DrainAsync(ISshLink link, bool follow, Action<LogLine> tell, CancellationToken stop)
        {
            while (true)
            {
                BoxReport report = await LookAsync(
                    link, _isPlaced ? _offset : -1, _isPlaced ? PieceBytes : lastLines!.Value * BytesPerLine, stop).ConfigureAwait(false);
                (HeardAt, IsAway) = (clock.GetUtcNow(), false);
                BoxRun? seen = report.Runs.FirstOrDefault(r => r.StartedAt is not null);
                bool isLast = !follow || seen is null || seen.HasStatus || !seen.IsAlive;
                Take(report, seen, isLast, tell);
                bool isWhole = _offset >= (seen?.LogBytes ?? 0);
                if (isWhole && isLast)
                {
                    // A log that nobody writes to any more may lack its last line end.
                    Tell(_lines.Finish(), tell);
                    return;
                }

                if (isWhole)
                {
                    await Task.Delay(s_pause, clock, stop).ConfigureAwait(false);
                }
            }
        }

        private void Take(BoxReport report, BoxRun? seen, bool isLast, Action<LogLine> tell)
        {
            byte[] bytes = report.Bytes;
            if (_isPlaced)
            {
                _offset += bytes.Length;
                Tell(_lines.Add(bytes), tell);
                return;
            }

            _isPlaced = true;
            _offset = seen?.LogBytes ?? 0;
            long begin = _offset - bytes.Length;
            _lines = new LineReader(begin, isMidLine: begin > 0);
            IReadOnlyList<LogLine> lines = [.. _lines.Add(bytes), .. isLast ? _lines.Finish() : []];
            Tell(lines.TakeLast(lastLines!.Value), tell);
        }

        private static void Tell(IEnumerable<LogLine> lines, Action<LogLine> tell)
        {
            foreach (LogLine line in lines)
            {
                tell(line);
            }
        }

        private async Task<BoxReport> LookAsync(ISshLink link, long offset, int bytes, CancellationToken stop)
        {
            SshResult ran = await link.RunAsync(new SshCommandSpec(RunScripts.Log(runId, offset, bytes)) { Timeout = s_limit }, stop)
                .ConfigureAwait(false);
            return BoxReport.Read(ran.Stdout) ?? throw new VastException(
                VastReason.RunLogUnreadable, runId, ran.TimedOut ? "the box did not answer in time" : ran.Stderr.Trim());
        }
    }
}

/// <summary>What of a log is read.</summary>
/// <param name="LastLines">How many of the last lines; null for all.</param>
/// <param name="Follow">True waits for new lines, also while the box is away for a time.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record LogRequest(int? LastLines, bool Follow, string? KeyPath);
