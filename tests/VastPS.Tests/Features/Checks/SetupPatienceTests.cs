using Microsoft.Extensions.Time.Testing;
using VastPS.Features.Checks;

namespace VastPS.Tests.Features.Checks;

/// <summary>How often a set-up is tried, and how long.</summary>
public sealed class SetupPatienceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Listener _listener = new();

    [Fact]
    public async Task A_network_that_stays_away_is_given_up_after_four_tries_with_growing_pauses()
    {
        SetupPatience patience = Patience();
        Task<string> trying = TryAsync(patience, "curl: (7) Couldn't connect to server");
        for (int seconds = 0; !trying.IsCompleted && seconds < 100; seconds++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("curl: (7) Couldn't connect to server", await trying);
        Assert.Equal(4, patience.Attempts);
        Assert.Equal([3, 10, 30], _listener.Pauses.Select(p => p.TotalSeconds));
        Assert.Equal("curl: (7) Couldn't connect to server", _listener.Trouble);
    }

    [Fact]
    public async Task Anything_else_is_tried_once()
    {
        SetupPatience patience = Patience();
        Assert.Equal("make: *** Error 2", await TryAsync(patience, "make: *** Error 2"));
        Assert.Equal(1, patience.Attempts);
        Assert.Empty(_listener.Pauses);
    }

    [Fact]
    public async Task No_pause_is_longer_than_the_time_that_is_left()
    {
        SetupPatience patience = Patience();
        _clock.Advance(TimeSpan.FromMinutes(4.97));
        Assert.Equal("fatal: early EOF", await TryAsync(patience, "fatal: early EOF"));
        Assert.Empty(_listener.Pauses);
    }

    [Fact]
    public async Task A_stop_ends_a_pause()
    {
        using var stop = new CancellationTokenSource();
        Task<string> trying = TryAsync(Patience(), "fatal: early EOF", stop.Token);
        Assert.Single(_listener.Pauses);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trying);
    }

    [Fact]
    public async Task Work_of_this_computer_ends_with_the_limit()
    {
        SetupPatience patience = Patience();
        Task<int> work = patience.WithinAsync(
            "bundling",
            async stop =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop);
                return 1;
            },
            default);
        _clock.Advance(TimeSpan.FromMinutes(6));
        var error = await Assert.ThrowsAsync<VastException>(() => work);
        Assert.Equal((VastReason.SetupTimeout, (object)5L), (error.Reason, error.Target));
        Assert.Equal(VastReason.SetupTimeout, Assert.Throws<VastException>(() => patience.Left("x")).Reason);
    }

    private SetupPatience Patience() => new(5, TimeSpan.FromMinutes(5), _listener, _clock);

    private static Task<string> TryAsync(SetupPatience patience, string text, CancellationToken stop = default) =>
        patience.TryAsync(_ => Task.FromResult(text), t => t.Length == 0, t => t, stop);

    private sealed class Listener : ISetupListener
    {
        public List<TimeSpan> Pauses { get; } = [];

        public string Trouble { get; private set; } = "";

        public void OnLine(string line)
        {
        }

        public void OnProgress(string line)
        {
        }

        public void OnRetry(string trouble, TimeSpan pause)
        {
            Pauses.Add(pause);
            Trouble = trouble;
        }

        public void OnChanges(string place)
        {
        }
    }
}
