using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.State;

namespace VastPS.Features.Instances;

/// <summary>Watches many instances at once until each has reached a state, failed, or run out of time.</summary>
internal sealed class ReadyFlow(VastApiClient api, InstanceConnections connections, RentalStore rentals, TimeProvider clock)
{
    // "Running" without an ssh answer for this long means that it will not come.
    private static readonly TimeSpan s_sshLimit = TimeSpan.FromMinutes(5);

    // Sparse enough for the list route (one a second), close at first because a cached image boots in seconds.
    private static readonly TimeSpan[] s_pauses = [.. new[] { 1, 1, 2, 2, 3, 5, 8, 10 }.Select(s => TimeSpan.FromSeconds(s))];

    /// <summary>Waits for all; each outcome is told as soon as it is known, failures included.</summary>
    /// <param name="ids">The instances.</param>
    /// <param name="goal">What is waited for.</param>
    /// <param name="tell">Called with each outcome.</param>
    /// <param name="progress">Called with a line about those still waited for.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task WaitAsync(
        IReadOnlyList<long> ids,
        WaitGoal goal,
        Action<WaitResult> tell,
        Action<IReadOnlyList<VastInstance>, TimeSpan> progress,
        CancellationToken stop)
    {
        DateTimeOffset start = clock.GetUtcNow();
        var waiting = ids.Distinct().ToDictionary(id => id, _ => new Wait());
        for (int turn = 0; waiting.Count > 0; turn++)
        {
            Dictionary<long, VastInstance> listed = await LookAsync(waiting, stop).ConfigureAwait(false);
            TimeSpan elapsed = clock.GetUtcNow() - start;
            Task<Look>[] looks = [
                .. waiting.Select(w => LookAsync(w.Key, listed.GetValueOrDefault(w.Key), w.Value, goal, elapsed, stop))
            ];
            foreach (Look look in await Task.WhenAll(looks).ConfigureAwait(false))
            {
                if (look.Arrived || look.Failure is not null)
                {
                    tell(new WaitResult(look.InstanceId, look.Instance, look.Failure, waiting[look.InstanceId].HadRunBefore(look.Instance)));
                    waiting.Remove(look.InstanceId);
                }
            }

            if (waiting.Count > 0)
            {
                progress([.. waiting.Keys.Select(listed.GetValueOrDefault).OfType<VastInstance>()], elapsed);
                await Task.Delay(s_pauses[Math.Min(turn, s_pauses.Length - 1)], clock, stop).ConfigureAwait(false);
            }
        }
    }

    // One that the list lacks is asked for by its id: a list may lack a new instance for a while (vast-api.md 17).
    private async Task<Dictionary<long, VastInstance>> LookAsync(Dictionary<long, Wait> waiting, CancellationToken stop)
    {
        Dictionary<long, VastInstance> listed = (await api.GetInstancesAsync(stop).ConfigureAwait(false)).ToDictionary(i => i.InstanceId);
        foreach (long id in waiting.Keys.Where(id => !listed.ContainsKey(id)).ToList())
        {
            if (await api.FindInstanceAsync(id, stop).ConfigureAwait(false) is { } found)
            {
                listed[id] = found;
            }
        }

        List<VastInstance> seen = [.. waiting.Keys.Select(listed.GetValueOrDefault).OfType<VastInstance>()];
        IReadOnlyDictionary<long, Rental> noted = rentals.Of(api.Server, waiting.Where(w => !w.Value.IsSeen).Select(w => w.Key));
        foreach (VastInstance instance in seen)
        {
            waiting[instance.InstanceId].See(instance, noted.GetValueOrDefault(instance.InstanceId)?.HasRun, clock.GetUtcNow());
        }

        await rentals.LookAsync(api.Server, seen, stop).ConfigureAwait(false);
        return listed;
    }

    private async Task<Look> LookAsync(
        long id, VastInstance? seen, Wait state, WaitGoal goal, TimeSpan elapsed, CancellationToken stop)
    {
        if (seen is null)
        {
            return goal.State == VastWaitState.Gone
                ? new Look(id, null, true, null)
                : new Look(id, null, false, new VastException(VastReason.InstanceNotFound, id));
        }

        bool arrived = goal.State switch
        {
            VastWaitState.Stopped => seen.IsHalted,
            VastWaitState.Running =>
                seen.State == VastInstanceState.Running && await AnswersAsync(seen, state, goal.KeyPath, stop).ConfigureAwait(false),
            _ => false,
        };
        return arrived
            ? new Look(id, seen, true, null)
            : new Look(id, seen, false, await FailureAsync(seen, state, goal, elapsed, stop).ConfigureAwait(false));
    }

    private async Task<bool> AnswersAsync(VastInstance seen, Wait state, string? keyPath, CancellationToken stop)
    {
        state.RunningSince ??= clock.GetUtcNow();
        try
        {
            await using ISshLink link = await connections.ConnectAsync(seen, keyPath, stop).ConfigureAwait(false);
            SshResult echo = await link.RunAsync(new SshCommandSpec("echo vastps-ready") { Timeout = TimeSpan.FromSeconds(10) }, stop)
                .ConfigureAwait(false);
            return echo.ExitCode == 0 && echo.Stdout.Contains("vastps-ready", StringComparison.Ordinal);
        }
        catch (VastException e) when (SshTrouble.MayPass(e.Reason) || e.Reason is VastReason.SshAuthFailed or VastReason.InstanceNotRunning)
        {
            // sshd or the proxy may need another minute; the last word is kept for the error.
            state.LastSshFailure = e.Message;
            return false;
        }
    }

    private async Task<VastException?> FailureAsync(
        VastInstance seen, Wait state, WaitGoal goal, TimeSpan elapsed, CancellationToken stop)
    {
        if (goal.State == VastWaitState.Running && BootRule.FatalCause(seen, clock.GetUtcNow() - state.Since, state.WasUp) is { } cause)
        {
            Halt? halt = seen.IsHalted ? HaltRule.Judge(seen, await CreditAsync(stop).ConfigureAwait(false), clock.GetUtcNow()) : null;
            return WillNotRun(seen, halt?.Why ?? cause, halt?.Next ?? BootRule.Next(seen));
        }

        if (state.RunningSince is { } since && clock.GetUtcNow() - since > s_sshLimit)
        {
            return new VastException(
                VastReason.InstanceNoSsh, seen.InstanceId, [Duration.Format(s_sshLimit), state.LastSshFailure, .. Kept(seen)]);
        }

        return elapsed < goal.Timeout
            ? null
            : new VastException(
                VastReason.WaitTimedOut,
                seen.InstanceId,
                [
                    Duration.Format(goal.Timeout),
                    seen is { State: VastInstanceState.Starting, ContractState: "stopped" }
                        ? "waiting for its GPU, which somebody else has"
                        : seen.StateWord,
                    seen.StatusMessage,
                    .. Kept(seen),
                ]);
    }

    // A cause is worth a question; where it is not answered, the other signs decide.
    private async Task<decimal?> CreditAsync(CancellationToken stop)
    {
        try
        {
            return (await api.GetAccountAsync(stop).ConfigureAwait(false)).Credit;
        }
        catch (VastException)
        {
            return null;
        }
    }

    private static VastException WillNotRun(VastInstance seen, string cause, string next) => new(
        VastReason.InstanceWillNotRun, seen.InstanceId, [cause, seen.StatusMessage, UnreadyFlow.Costs(seen), next]);

    // What becomes of it where nobody does anything, and what to type: both change where the wait was told to act.
    private static object?[] Kept(VastInstance seen) => [UnreadyFlow.Costs(seen), FormattableString.Invariant(
        $"Wait-VastInstance -InstanceId {seen.InstanceId} -Timeout 30m   or   Remove-VastInstance -InstanceId {seen.InstanceId}")];

    private sealed class Wait
    {
        private (VastInstanceState State, bool IsHalted)? _last;

        public bool IsSeen => _last is not null;

        /// <summary>Whether it had run before the wait; null where nobody knows.</summary>
        public bool? HadRun { get; private set; }

        /// <summary>Since when it is as it is.</summary>
        public DateTimeOffset Since { get; private set; }

        /// <summary>True where it was seen to load or to run.</summary>
        public bool WasUp { get; private set; }

        public void See(VastInstance seen, bool? noted, DateTimeOffset now)
        {
            if (_last is null)
            {
                HadRun = FailureRule.HadRun(noted, seen);
            }

            if (_last != (seen.State, seen.IsHalted))
            {
                (_last, Since) = ((seen.State, seen.IsHalted), now);
            }

            WasUp |= seen.State is VastInstanceState.Loading
                or VastInstanceState.Created
                or VastInstanceState.Running
                or VastInstanceState.Rebooting;
        }

        /// <summary>
        /// The same with what was seen since: one that ran and was then stopped may hold what its start script made, though nobody entered.
        /// </summary>
        public bool? HadRunBefore(VastInstance? now) => now?.IsHalted == true && RunningSince is not null ? true : HadRun;

        public DateTimeOffset? RunningSince { get; set; }

        public string LastSshFailure { get; set; } = "";
    }

    private sealed record Look(long InstanceId, VastInstance? Instance, bool Arrived, VastException? Failure);
}

/// <summary>What instances are waited for.</summary>
/// <param name="State">The state to reach.</param>
/// <param name="Timeout">Limit for each.</param>
/// <param name="KeyPath">The user's private key; null for the usual places.</param>
internal sealed record WaitGoal(VastWaitState State, TimeSpan Timeout, string? KeyPath);

/// <summary>How the wait for one instance ended.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Instance">As it was last seen; null where it is gone.</param>
/// <param name="Failure">Why it did not arrive; null where it did.</param>
/// <param name="HadRun">Whether it had run before the wait; null where nobody knows.</param>
internal sealed record WaitResult(long InstanceId, VastInstance? Instance, VastException? Failure, bool? HadRun);
