using System.Globalization;
using System.Text;
using VastPS.Bench;
using VastPS.Features.Estimation;
using VastPS.Features.Runs;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>One run watched through hours of trouble, with a clock that is driven. The run takes five hours and fails at its end.</summary>
public sealed class DrivenWatchTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromHours(5);

    [Theory]
    [InlineData("ssh")]
    [InlineData("api")]
    public Task A_healthy_run_survives_an_hour_without_contact(string lost) => Task.Run(async () =>
    {
        using var bed = new Bed();
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(100));
        bed.IsLost = lost;
        bed.Advance(TimeSpan.FromMinutes(65));
        Assert.False(bed.Watching.IsCompleted);
        Assert.NotNull(bed.Last!.Trouble);
        bed.IsLost = "";
        bed.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(bed.Last.Trouble);
        Assert.Equal((VastRunOutcome.Failed, 3), await bed.EndAsync());
    });

    [Fact]
    public Task Three_hours_without_ssh_are_a_lost_contact_and_no_end() => Task.Run(async () =>
    {
        using var bed = new Bed();
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(60));
        bed.IsLost = "ssh";
        bed.Advance(TimeSpan.FromHours(3));
        WatchedRun seen = await bed.Watching.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((VastRunOutcome.LostContact, false), (seen.Run.Outcome!.Value, seen.IsOver));
    });

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public Task A_clock_that_is_set_ends_no_run_and_keeps_no_watch_asleep(int hours) => Task.Run(async () =>
    {
        using var bed = new Bed { Limit = TimeSpan.FromHours(6) };
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(245));
        int looks = bed.Looks;
        bed.Clock.Set = TimeSpan.FromHours(hours);
        bed.Advance(TimeSpan.FromMinutes(40));
        Assert.False(bed.Watching.IsCompleted);
        Assert.True(bed.Looks > looks, "It looked no more.");
        Assert.Equal((VastRunOutcome.Failed, 3), await bed.EndAsync());
    });

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public Task A_clock_that_is_set_on_the_box_makes_no_run_silent(int hours) => Task.Run(async () =>
    {
        using var bed = new Bed();
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(100));
        bed.BoxSet = TimeSpan.FromHours(hours);
        bed.Advance(TimeSpan.FromMinutes(100));
        Assert.False(bed.Watching.IsCompleted);
        Assert.Equal((VastRunOutcome.Failed, 3), await bed.EndAsync());
    });

    [Fact]
    public Task A_box_that_was_started_anew_is_told_so() => Task.Run(async () =>
    {
        using var bed = new Bed();
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(100));
        bed.Boot = "second";
        bed.Advance(TimeSpan.FromMinutes(40));
        WatchedRun seen = await bed.Watching.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((VastRunOutcome.Killed, true), (seen.Run.Outcome!.Value, seen.IsOver));
        Assert.Contains(seen.Run.Evidence, e => e.Contains("the box was started anew", StringComparison.Ordinal));
    });

    [Fact]
    public Task A_watch_that_goes_on_follows_a_deadline_that_is_moved() => Task.Run(async () =>
    {
        using var bed = new Bed { Limit = TimeSpan.FromHours(2) };
        bed.Begin();
        bed.Advance(TimeSpan.FromMinutes(60));
        bed.Limit = TimeSpan.FromHours(4);
        bed.Advance(TimeSpan.FromMinutes(170));
        Assert.False(bed.Watching.IsCompleted);
        bed.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(VastRunOutcome.TimedOut, (await bed.Watching.WaitAsync(TimeSpan.FromSeconds(30))).Run.Outcome);
    });

    [Fact]
    public Task Watchers_that_are_killed_at_any_moment_and_started_again_give_the_same_answer() => Task.Run(async () =>
    {
        string expected;
        using (var whole = new Bed())
        {
            whole.Begin();
            await whole.EndAsync();
            expected = Told(await whole.Watching);
        }

        var chance = new Random(50);
        for (int i = 0; i < 50; i++)
        {
            using var bed = new Bed();
            bed.Begin();
            bed.Advance(TimeSpan.FromMinutes(chance.NextDouble() * 320));
            bed.Kill();
            bed.Advance(TimeSpan.FromMinutes(chance.NextDouble() * 60));
            bed.Begin();
            await bed.EndAsync();
            Assert.Equal(expected, Told(await bed.Watching));
        }
    });

    private static string Told(WatchedRun seen) => string.Create(
        CultureInfo.InvariantCulture,
        $"{seen.Run.Outcome} {seen.Run.ExitCode} {seen.Run.Duration} {seen.IsOver} {string.Join('|', seen.Run.Evidence)}");

    /// <summary>A run, its box, the server and a watcher.</summary>
    private sealed class Bed : IDisposable
    {
        private const long Id = 7_000_001;

        private readonly DateTimeOffset _start;
        private readonly RunRecord _run;
        private readonly Watcher _watcher;
        private readonly VastApiClient _api;
        private CancellationTokenSource _stop = new();

        public Bed()
        {
            _start = Clock.GetUtcNow();
            var endpoint = new ApiEndpoint(new Uri("http://127.0.0.1:1"), new string('0', 32), VastKeySource.Parameter, "the test");
            _api = new VastApiClient(() => endpoint, new Resilience(Clock, (call, _, _) => Task.FromResult(Answer(call))), Clock);
            var services = new RunspaceServices(() => endpoint, Clock);

            // A driven clock never waits for a file that another test writes.
            string folder = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
            _watcher = new Watcher(
                _api, new RunStore(Clock, folder), services.Evidence, (_, _, _, _) => Task.FromResult(Look()), () => 0.5, Clock);
            string id = "run-" + Guid.NewGuid().ToString("N")[..8];
            _run = new RunRecord(id, id, Id, "train", _start) { PricePerHour = 0.5m };
        }

        public SetClock Clock { get; } = new();

        public TimeSpan? Limit { get; set; }

        public TimeSpan BoxSet { get; set; }

        public string Boot { get; set; } = "first";

        public string IsLost { get; set; } = "";

        public int Looks { get; private set; }

        public WatchProgress? Last { get; private set; }

        public Task<WatchedRun> Watching { get; private set; } = null!;

        private TimeSpan Elapsed => Clock.GetElapsedTime(_start.UtcTicks);

        public void Begin()
        {
            var options = new WatchOptions(
                TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), TimeSpan.FromHours(2));
            var listener = new WatchListener((_, progress) => Last = progress, _ => { }, _ => { });
            var place = new WatchPlace(new InstanceRound(_api, [Id], Clock), new SpreadRule(0, 1));
            Watching = _watcher.WatchAsync(_run with { Deadline = _start + Limit }, options, place, listener, _stop.Token);
        }

        public void Advance(TimeSpan by) => Clock.Driven.Advance(by);

        public void Kill()
        {
            _stop.Cancel();
            _stop = new CancellationTokenSource();
        }

        public async Task<(VastRunOutcome Outcome, int Code)> EndAsync()
        {
            Advance(s_length - Elapsed + TimeSpan.FromMinutes(45));
            WatchedRun seen = await Watching.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(seen.IsOver);
            return (seen.Run.Outcome!.Value, seen.Run.ExitCode!.Value);
        }

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }

        private ApiAnswer Answer(ApiCall call) => IsLost == "api"
            ? new ApiAnswer(503, "")
            : new ApiAnswer(200, call.Id is null ? "{\"instances\":[]}" : $"{{\"instances\":{ManyRuns.Row(Id)}}}");

        private BoxReport? Look()
        {
            Looks++;
            if (IsLost == "ssh")
            {
                return null;
            }

            TimeSpan passed = Elapsed;
            DateTimeOffset now = _start + passed + BoxSet;
            bool isOver = passed >= s_length;
            bool isGone = Boot != "first";
            return new BoxReport(Boot, now,
            [
                new BoxRun(_run.RunId)
                {
                    StartedAt = _start,
                    StartedUp = TimeSpan.FromHours(100),
                    Boot = "first",
                    Limit = Limit,
                    IsAlive = !isOver && !isGone,
                    HasStatus = isOver && !isGone,
                    Code = isOver && !isGone ? 3 : null,
                    Took = isOver ? s_length : null,
                    OomKills = 0,
                    LogAt = now,
                    CpuTicks = (long)passed.TotalSeconds * 100,
                    Log = isOver ? [new NumberedLine(9, "ValueError: x")] : [],
                },
            ])
            {
                Up = TimeSpan.FromHours(100) + passed,
                GpuPercent = [97],
                Bytes = Encoding.UTF8.GetBytes(FormattableString.Invariant($"step {(long)passed.TotalSeconds + 1} loss 2.5\n")),
            };
        }
    }

    /// <summary>A clock that somebody sets: what is measured and waited for goes on as it did.</summary>
    private sealed class SetClock : TimeProvider
    {
        public DrivenClock Driven { get; } = new();

        public TimeSpan Set { get; set; }

        public override long TimestampFrequency => Driven.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Driven.GetUtcNow() + Set;

        public override long GetTimestamp() => Driven.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Driven.CreateTimer(callback, state, dueTime, period);
    }
}
