using VastPS.Api;
using VastPS.Metrics;
using VastPS.Ssh;
using VastPS.Store;

namespace VastPS.Runs;

/// <summary>Reads the log of a run, and goes on by byte offset however often the connection breaks.</summary>
internal sealed class LogFollower(VastApiClient api, OpenLink connect, TimeProvider clock)
{
    private const int PieceBytes = 1024 * 1024;

    // Lines of logs are rarely longer on average; a tail that falls short shows fewer lines than asked.
    private const int BytesPerLine = 400;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Hands over the lines of the log: all, or the last ones; and where it is followed, new ones until the run has ended.</summary>
    public async Task ReadAsync(RunRecord run, int? lastLines, bool follow, string? keyPath, Action<LogLine> tell, CancellationToken stop)
    {
        var reader = new LogReader(run.RunId, lastLines);
        while (true)
        {
            VastInstance instance = await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false)
                ?? throw new VastException(VastReason.InstanceNotFound, run.InstanceId);
            try
            {
                await using ISshLink link = await connect(instance, keyPath, stop).ConfigureAwait(false);
                await reader.DrainAsync(link, follow, tell, clock, stop).ConfigureAwait(false);
                return;
            }
            catch (VastException e) when (follow && e.Reason is VastReason.SshLinkLost)
            {
                // A broken link is opened again: what was read is not read twice.
                await Task.Delay(s_pause, clock, stop).ConfigureAwait(false);
            }
        }
    }

    private sealed class LogReader(string runId, int? lastLines)
    {
        private LineReader _lines = new();
        private long _offset;
        private bool _isPlaced = lastLines is null;

        public async Task DrainAsync(ISshLink link, bool follow, Action<LogLine> tell, TimeProvider clock, CancellationToken stop)
        {
            while (true)
            {
                BoxReport report = await LookAsync(link, _isPlaced ? _offset : -1, _isPlaced ? PieceBytes : lastLines!.Value * BytesPerLine, stop).ConfigureAwait(false);
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
            SshResult ran = await link.RunAsync(new SshCommandSpec(RunScripts.Watch(runId, offset, bytes, null)) { Timeout = s_limit }, stop).ConfigureAwait(false);
            return BoxReport.Read(ran.Stdout) ?? throw new VastException(VastReason.RunLogUnreadable, runId, ran.TimedOut ? "the box did not answer in time" : ran.Stderr.Trim());
        }
    }
}
