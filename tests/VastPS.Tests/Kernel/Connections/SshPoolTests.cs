using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.Connections;

namespace VastPS.Tests.Kernel.Connections;

/// <summary>When a connection is shared, kept, closed and opened again.</summary>
public sealed class SshPoolTests
{
    private static readonly PoolKey s_way = new("console.test", 7, "/keys/one");
    private static readonly SshCommandSpec s_command = new("true");

    private readonly FakeTimeProvider _clock = new();
    private readonly Door _door = new();
    private readonly SshPool _pool;
    private int _reads;

    public SshPoolTests() => _pool = new SshPool(() => _door, _clock);

    [Fact]
    public async Task Commands_share_one_connection_one_after_the_other_and_at_the_same_time()
    {
        await RunAsync();
        await RunAsync();
        await using ISshLink one = await LendAsync();
        await using ISshLink other = await LendAsync();

        Assert.Single(_door.Links);
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Commands_that_begin_together_wait_for_the_same_connection()
    {
        _door.Gate = new TaskCompletionSource();
        Task<ISshLink>[] lent = [LendAsync(), LendAsync(), LendAsync()];
        _door.Gate.SetResult();
        await Task.WhenAll(lent);

        Assert.Single(_door.Links);
    }

    // sshd opens ten channels on a connection; a command may want two, and one is for ending what it left.
    [Fact]
    public async Task A_fifth_command_at_the_same_time_gets_a_second_connection()
    {
        for (int i = 0; i < 5; i++)
        {
            await LendAsync();
        }

        Assert.Equal(2, _door.Links.Count);
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("is lost")]
    [InlineData("may still run")]
    [InlineData("left input")]
    [InlineData("is stopped")]
    public async Task After_a_command_that_went_wrong_the_connection_is_closed_and_the_next_is_new(string how)
    {
        using var stop = new CancellationTokenSource();
        ISshLink link = await LendAsync(stop: stop.Token);
        Link used = Assert.Single(_door.Links);
        used.Answer = how switch
        {
            "fails" => () => throw new FormatException(),
            "is lost" => () => throw new VastException(VastReason.SshLinkLost, 7L),
            "may still run" => () => Result(mayStillRun: true),
            "left input" => () => Result(leftInput: true),
            _ => () => { stop.Cancel(); throw new OperationCanceledException(stop.Token); },
        };
        _ = await Record.ExceptionAsync(() => link.RunAsync(s_command, stop.Token));
        await link.DisposeAsync();
        Assert.True(used.IsClosed);

        await RunAsync();
        Assert.Equal(2, _door.Links.Count);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_connection_that_failed_goes_on_for_those_who_have_it_and_closes_after_the_last()
    {
        ISshLink failed = await LendAsync();
        ISshLink other = await LendAsync();
        Link shared = Assert.Single(_door.Links);
        shared.Answer = () => throw new VastException(VastReason.SshLinkLost, 7L);
        await Assert.ThrowsAsync<VastException>(() => failed.RunAsync(s_command, default));
        shared.Answer = () => Result();
        await failed.DisposeAsync();
        Assert.False(shared.IsClosed);

        await LendAsync();
        Assert.Equal(2, _door.Links.Count);
        Assert.Equal(0, (await other.RunAsync(s_command, default)).ExitCode);
        await other.DisposeAsync();
        Assert.True(shared.IsClosed);
    }

    [Fact]
    public async Task A_stop_between_two_commands_closes_the_connection_too()
    {
        using var stop = new CancellationTokenSource();
        ISshLink link = await LendAsync(stop: stop.Token);
        await link.RunAsync(s_command, stop.Token);
        await stop.CancelAsync();
        await link.DisposeAsync();

        Assert.True(_door.Links[0].IsClosed);
    }

    [Fact]
    public async Task An_unused_connection_closes_after_a_minute()
    {
        await RunAsync();
        _clock.Advance(TimeSpan.FromSeconds(59));
        await RunAsync();
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_door.Links[0].IsClosed);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(_door.Links[0].IsClosed);
        await RunAsync();
        Assert.Equal(2, _door.Links.Count);
    }

    [Fact]
    public async Task One_in_use_is_never_closed_for_its_age()
    {
        await RunAsync();
        await using ISshLink link = await LendAsync();
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.False(_door.Links[0].IsClosed);
    }

    [Fact]
    public async Task A_session_keeps_its_connection_until_it_is_closed()
    {
        VastSession opened = await _pool.HoldAsync(s_way, FindAsync, default);
        _clock.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        VastSession held = Assert.Single(_pool.Sessions());

        Assert.Equal((VastSessionState.Open, 0L), (opened.State, opened.CommandCount));
        Assert.Equal((7L, VastSessionState.Open, 1L, "/keys/one"), (held.InstanceId, held.State, held.CommandCount, held.KeyPath));
        Assert.Equal(TimeSpan.FromHours(1), held.LastUsedAt - held.OpenedAt);
        Assert.Single(_door.Links);

        await _pool.CloseAsync(w => w.InstanceId == 7);
        Assert.True(_door.Links[0].IsClosed);
        Assert.Empty(_pool.Sessions());
    }

    [Fact]
    public async Task A_session_says_whether_it_is_busy_or_lost_and_comes_back()
    {
        await _pool.HoldAsync(s_way, FindAsync, default);
        await using (await LendAsync())
        {
            Assert.Equal(VastSessionState.Busy, Assert.Single(_pool.Sessions()).State);
        }

        _door.Links[0].IsOpen = false;
        VastSession lost = Assert.Single(_pool.Sessions());
        Assert.Equal((VastSessionState.Lost, null), (lost.State, lost.Address));

        await RunAsync();
        Assert.Equal(VastSessionState.Open, Assert.Single(_pool.Sessions()).State);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_broken_connection_is_opened_again_before_anything_runs()
    {
        await RunAsync();
        _door.Links[0].IsOpen = false;
        await RunAsync();

        Assert.Equal([1, 1], _door.Links.Select(l => l.Runs));
        Assert.True(_door.Links[0].IsClosed);
        Assert.Equal(2, _reads);
    }

    [Theory]
    [InlineData(9, 0, true, 1)]
    [InlineData(11, 1, true, 1)]
    [InlineData(11, 1, false, 2)]
    public async Task One_that_rested_is_asked_for_a_sign_of_life_first(int seconds, int asked, bool answers, int links)
    {
        await RunAsync();
        _door.Links[0].HasLife = answers;
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await RunAsync();

        Assert.Equal(asked, _door.Links[0].Asked);
        Assert.Equal(links, _door.Links.Count);
        Assert.Equal(answers, !_door.Links[0].IsClosed);
    }

    [Fact]
    public async Task A_changed_address_is_another_connection_and_the_old_one_closes()
    {
        await RunAsync();
        _door.Port = 2023;
        await using ISshLink moved = await _pool.LendAsync(s_way, [Address(2023)], FindAsync, default);

        Assert.Equal(2023, moved.Address.Port);
        Assert.True(_door.Links[0].IsClosed);
    }

    [Fact]
    public async Task Another_key_another_box_and_another_server_are_connections_of_their_own()
    {
        await RunAsync();
        foreach (PoolKey way in new[]
            {
            s_way with { KeyPath = "/keys/two" },
            s_way with { InstanceId = 8 },
            s_way with { Server = "other.test" }
        })
        {
            await (await LendAsync(way)).DisposeAsync();
        }

        Assert.Equal(4, _door.Links.Count);
    }

    [Fact]
    public async Task A_command_without_a_key_uses_the_session_with_the_box()
    {
        await _pool.HoldAsync(s_way, FindAsync, default);
        await (await LendAsync(s_way with { KeyPath = null })).DisposeAsync();
        Assert.Single(_door.Links);
        await (await LendAsync(s_way with { KeyPath = "/keys/two" })).DisposeAsync();
        Assert.Equal(2, _door.Links.Count);
    }

    [Fact]
    public async Task Where_the_server_has_no_room_the_command_runs_over_a_further_connection()
    {
        await using ISshLink first = await LendAsync();
        Link full = Assert.Single(_door.Links);
        full.Answer = () => throw new VastException(VastReason.SshHandshakeFailed, 7L, "opened no further channel");

        await using (ISshLink second = await LendAsync())
        {
            Assert.Equal(0, (await second.RunAsync(s_command, default)).ExitCode);
            Assert.Equal(0, (await second.RunAsync(s_command, default)).ExitCode);
        }

        Assert.Equal([1, 2], _door.Links.Select(l => l.Runs));
        Assert.All(_door.Links, l => Assert.False(l.IsClosed));
    }

    [Fact]
    public async Task What_is_in_use_when_all_is_closed_closes_when_it_comes_back()
    {
        ISshLink busy = await LendAsync();
        await (await LendAsync(s_way with { InstanceId = 8 })).DisposeAsync();
        await _pool.CloseAsync(_ => true);
        Assert.Equal([false, true], _door.Links.Select(l => l.IsClosed));
        await busy.DisposeAsync();

        Assert.True(_door.Links[0].IsClosed);
    }

    [Fact]
    public async Task A_stop_while_another_command_opens_the_connection_is_heard_at_once()
    {
        _door.Gate = new TaskCompletionSource();
        Task<ISshLink> first = LendAsync();
        using var stop = new CancellationTokenSource();
        Task<ISshLink> second = LendAsync(stop: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        _door.Gate.SetResult();
        await (await first).DisposeAsync();
        Assert.Single(_door.Links);
    }

    private Task<ISshLink> LendAsync(PoolKey? way = null, CancellationToken stop = default) =>
        _pool.LendAsync(way ?? s_way, null, FindAsync, stop);

    private async Task RunAsync()
    {
        await using ISshLink link = await LendAsync();
        await link.RunAsync(s_command, default);
    }

    private Task<SshTarget> FindAsync(CancellationToken stop)
    {
        _reads++;
        return Task.FromResult(new SshTarget(7, [Address(_door.Port)], [], "console.test"));
    }

    private static VastSshAddress Address(int port) => new(true, "127.0.0.1", port, "me");

    private static SshResult Result(bool mayStillRun = false, bool leftInput = false) =>
        new() { ExitCode = 0, MayStillRun = mayStillRun, LeftInput = leftInput, AddressUsed = Address(22) };

    private sealed class Door : ISshDoor
    {
        public List<Link> Links { get; } = [];

        public int Port { get; set; } = 2022;

        public TaskCompletionSource? Gate { get; set; }

        public async Task<ISshLink> ConnectAsync(SshTarget target, CancellationToken stop)
        {
            await (Gate?.Task ?? Task.CompletedTask).WaitAsync(stop);
            var link = new Link(target.Addresses[0]);
            Links.Add(link);
            return link;
        }
    }

    private sealed class Link(VastSshAddress address) : ISshLink
    {
        public VastSshAddress Address => address;

        public bool IsOpen { get; set; } = true;

        public bool IsClosed { get; private set; }

        public bool HasLife { get; set; } = true;

        public int Asked { get; private set; }

        public int Runs { get; private set; }

        public Func<SshResult> Answer { get; set; } = () => Result();

        public Task<bool> AnswersAsync(TimeSpan limit, CancellationToken stop)
        {
            Asked++;
            return Task.FromResult(HasLife);
        }

        public Task<SshResult> RunAsync(SshCommandSpec spec, CancellationToken stop)
        {
            Runs++;
            return Task.FromResult(Answer());
        }

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return default;
        }
    }
}
