using System.Globalization;
using System.Text;
using VastPS.Features.Estimation;
using VastPS.Features.Runs;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Bench;

/// <summary>
/// Many runs, each on an instance of its own, watched at once with a clock that is driven: the server and the boxes answer in no time,
/// so that everything happens on the thread that drives, and a month takes as long as its work.
/// </summary>
internal sealed class ManyRuns : IDisposable
{
    private const int PageRows = 25;
    private const long FirstId = 1_000_000;

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly DrivenClock _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _dice = new(1);
    private readonly int _count;
    private readonly string[] _pages;
    private readonly Queue<DateTimeOffset> _lately = new();
    private readonly Dictionary<string, long> _steps = [];
    private readonly Task<WatchedRun>[] _watched;

    public ManyRuns(int count, TimeSpan interval)
    {
        _count = count;
        _pages = [.. Enumerable.Range(0, (count + PageRows - 1) / PageRows).Select(Page)];
        var endpoint = new ApiEndpoint(new Uri("http://127.0.0.1:1"), new string('0', 32), VastKeySource.Parameter, "the bench");
        var api = new VastApiClient(() => endpoint, new Resilience(_clock, SendAsync), _clock);
        var services = new RunspaceServices(() => endpoint, _clock);
        var watcher = new Watcher(api, services.RunRecords, services.Evidence, AskAsync, _dice.NextDouble, _clock);
        var options = new WatchOptions(TimeSpan.FromMinutes(10), interval, TimeSpan.FromMinutes(15), TimeSpan.FromHours(2));
        long[] boxes = [.. Enumerable.Range(0, count).Select(i => FirstId + i)];
        var round = new InstanceRound(api, boxes.ToHashSet(), _clock);
        var listener = new WatchListener(
            (_, progress) => Shown = WatchProgressRule.Line(progress, _clock.GetUtcNow()), _ => { }, _ => Warnings++);
        _watched = [.. boxes.Select((box, i) => watcher.WatchAsync(
            new RunRecord($"run-{i}", $"many-{i}", box, "train", _clock.GetUtcNow()) { PricePerHour = 0.5m },
            options,
            new WatchPlace(round, new SpreadRule(i, count)),
            listener,
            _stop.Token))];
    }

    /// <summary>Requests to the server.</summary>
    public long Requests { get; private set; }

    /// <summary>Lists that were read from their first page.</summary>
    public long Lists { get; private set; }

    public long Looks { get; private set; }

    public long Warnings { get; private set; }

    /// <summary>The most requests in any second, both ends of it included.</summary>
    public int MostInASecond { get; private set; }

    /// <summary>The last line of progress.</summary>
    public string Shown { get; private set; } = "";

    /// <summary>How runs that are no longer watched came to that, each way once: none of them ever ends.</summary>
    public IReadOnlyList<string> Ended => [.. _watched.Where(w => w.IsCompleted).Select(End).Distinct()];

    /// <summary>True while nobody answers for the server.</summary>
    public bool IsServerAway { get; set; }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by) => _clock.Advance(by);

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static string End(Task<WatchedRun> watched) => watched.IsCompletedSuccessfully
        ? $"{watched.Result.Run.Outcome}: {string.Join("; ", watched.Result.Run.Evidence)}"
        : watched.Exception?.GetBaseException().ToString() ?? "stopped";

    private Task<ApiAnswer> SendAsync(ApiCall call, ApiEndpoint endpoint, CancellationToken stop)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        Requests++;
        _lately.Enqueue(now);
        while (now - _lately.Peek() > s_second)
        {
            _lately.Dequeue();
        }

        MostInASecond = Math.Max(MostInASecond, _lately.Count);
        if (IsServerAway)
        {
            throw new HttpRequestException("Nobody answers.");
        }

        string? token = call.Query.FirstOrDefault(q => q.Name == "after_token").Value;
        Lists += call.Id is null && token is null ? 1 : 0;
        return Task.FromResult(new ApiAnswer(200, call.Id is { } id
            ? $"{{\"instances\":{Row(id)}}}"
            : _pages[token is null ? 0 : int.Parse(token, CultureInfo.InvariantCulture)]));
    }

    private Task<BoxReport?> AskAsync(VastInstance instance, string script, string? keyPath, CancellationToken stop)
    {
        Looks++;
        string run = $"run-{instance.InstanceId - FirstId}";
        var text = new StringBuilder();
        for (int line = 0; line < 5; line++)
        {
            long step = _steps[run] = _steps.GetValueOrDefault(run) + 10;
            text.Append(CultureInfo.InvariantCulture, $"step {step} loss {2 + _dice.NextDouble():0.000} grad_norm 0.9 lr 1e-4\n");
        }

        DateTimeOffset now = _clock.GetUtcNow();
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        return Task.FromResult<BoxReport?>(new BoxReport(
            "boot", now, [new BoxRun(run) { StartedAt = now.AddHours(-1), IsAlive = true, LogAt = now, CpuTicks = Looks * 1000 }])
        {
            GpuPercent = [97],
            Bytes = bytes,
        });
    }

    private string Page(int number)
    {
        IEnumerable<string> rows = Enumerable.Range(number * PageRows, Math.Min(PageRows, _count - (number * PageRows)))
            .Select(i => Row(FirstId + i));
        string next = (number + 1) * PageRows < _count ? $"\"{number + 1}\"" : "null";
        return $"{{\"instances\":[{string.Join(',', rows)}],\"next_token\":{next}}}";
    }

    /// <summary>An instance as the server lists it.</summary>
    internal static string Row(long id) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"id\":{id},\"machine_id\":{id},\"actual_status\":\"running\",\"intended_status\":\"running\",\"cur_state\":\"running\","
        + $"\"ssh_host\":\"ssh1.vast.ai\",\"ssh_port\":{10000 + (id % 1000)},\"gpu_name\":\"RTX 4090\",\"num_gpus\":1,"
        + $"\"dph_total\":0.5,\"dph_base\":0.45,\"disk_space\":50,\"label\":\"many\"}}");
}
