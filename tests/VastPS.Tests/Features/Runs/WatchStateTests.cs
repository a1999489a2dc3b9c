using VastPS.Features.Instances;
using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>The step function of the watcher: no clock, no box.</summary>
public sealed class WatchStateTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly WatchPlan s_plan = new(s_start)
    {
        Deadline = s_start.AddHours(8),
        ValidationEnd = s_start.AddMinutes(10),
        LostAfter = TimeSpan.FromMinutes(6),
        Pace = new RunPace { StepTime = TimeSpan.FromSeconds(1) },
        AbortIf = [MetricCondition.Parse("loss > 8", "AbortIf")],
    };

    [Fact]
    public void A_run_that_works_has_no_outcome()
    {
        WatchState state = After(Seen(1), Seen(20), Seen(400), Seen(479));
        Assert.Null(state.Outcome);
        Assert.Null(state.Warning);
    }

    [Fact]
    public void The_end_that_the_box_wrote_down_is_the_outcome()
    {
        var end = new RunEnd(VastRunOutcome.OutOfMemory, 1, s_start.AddMinutes(3), ["log: CUDA out of memory"]);
        WatchState state = After(Seen(1), Seen(3) with { End = end });
        Assert.Equal(VastRunOutcome.OutOfMemory, state.Outcome);
        Assert.Equal(1, state.ExitCode);
        Assert.Equal(end.At, state.EndedAt);
        Assert.Equal(end.Evidence, state.Evidence);
    }

    [Fact]
    public void An_instance_must_be_missing_twice_to_be_Removed()
    {
        Observation gone = new(s_start.AddMinutes(30)) { IsListed = false };
        Assert.Null(After(gone).Outcome);
        Assert.Null(After(gone, Seen(31), gone).Outcome);
        WatchState state = After(gone, gone);
        Assert.Equal(VastRunOutcome.Removed, state.Outcome);
        Assert.Equal(77, state.ExitCode);
    }

    [Theory]
    [InlineData(VastInstanceState.Running, 6, null)] // five minutes: not long enough
    [InlineData(VastInstanceState.Running, 7, VastRunOutcome.LostContact)]
    [InlineData(VastInstanceState.Offline, 6, null)] // nothing is known of a host that is away, and it is not billed
    [InlineData(VastInstanceState.Offline, 50, VastRunOutcome.HostOffline)]
    [InlineData(VastInstanceState.Unknown, 50, null)] // the server could not be asked either
    [InlineData(VastInstanceState.Stopped, 1, null)]
    [InlineData(VastInstanceState.Stopped, 2, VastRunOutcome.Killed)]
    public void Looks_that_fail_mean_what_the_server_says_of_the_instance(VastInstanceState said, int looks, VastRunOutcome? expected)
    {
        WatchState state = After([.. Enumerable.Range(20, looks).Select(m => Failed(m, said))]);
        Assert.Equal(expected, state.Outcome);
        Assert.Equal(expected is null, state.Evidence.Count == 0);
    }

    [Theory]
    [InlineData("Outbid", VastInstanceState.Stopped, VastRunOutcome.Outbid, 81)]
    [InlineData("CreditOut", VastInstanceState.Stopped, VastRunOutcome.CreditOut, 82)]
    [InlineData("ContractEnded", VastInstanceState.Running, VastRunOutcome.ContractEnded, 83)] // the host reports late
    [InlineData("Unknown", VastInstanceState.Stopped, VastRunOutcome.Killed, 137)]
    public void What_stopped_the_instance_names_the_end(string cause, VastInstanceState said, VastRunOutcome expected, int code)
    {
        Observation look = Failed(20, said) with { Halt = new Halt(Enum.Parse<HaltCause>(cause), "why it was stopped", "next") };
        Assert.Null(After(look).Outcome);
        WatchState state = After(look, look);
        Assert.Equal((expected, code, true), (state.Outcome, state.ExitCode, state.IsDoubtful));
        Assert.Equal("why it was stopped", state.Evidence[0]);
    }

    [Fact]
    public void A_short_time_without_contact_needs_five_looks()
    {
        WatchPlan plan = s_plan with { LostAfter = TimeSpan.FromSeconds(1) };
        WatchState state = Enumerable.Range(20, 4).Aggregate(new WatchState(), (s, m) => s.Next(plan, Failed(m)));
        Assert.Null(state.Outcome);
        Assert.Equal(VastRunOutcome.LostContact, state.Next(plan, Failed(24)).Outcome);
    }

    [Fact]
    public void At_the_deadline_a_lost_contact_ends_the_watch()
    {
        WatchState state = After(Failed(483));
        Assert.Equal((VastRunOutcome.LostContact, RunEnding.LostContact), (state.Outcome!.Value, state.Ending));
    }

    [Fact]
    public void A_look_that_works_forgets_those_that_failed() =>
        Assert.Null(After(
            [.. Enumerable.Range(20, 6).Select(m => Failed(m)), Seen(26), .. Enumerable.Range(27, 6).Select(m => Failed(m))]).Outcome);

    [Fact]
    public void A_run_that_may_go_on_has_no_end()
    {
        WatchState state = After([.. Enumerable.Range(20, 9).Select(m => Failed(m))]);
        Assert.Equal(VastRunOutcome.LostContact, state.Outcome);
        Assert.Null(state.EndedAt);
    }

    [Theory]
    [InlineData(16, 0, null, VastRunOutcome.Stalled)]
    [InlineData(12, 0, null, null)] // not silent for long enough
    [InlineData(16, 50, null, null)] // the GPU works
    [InlineData(16, 0, 1, null)] // one of two works
    public void Silence_without_work_is_a_stall_once_it_is_confirmed(int minutes, int gpu, int? other, VastRunOutcome? expected)
    {
        Observation Silent(int at) => Idle(at, minutes) with { GpuPercent = other is null ? [gpu] : [gpu, 90] };
        Assert.Null(After(Silent(60)).Outcome);
        Assert.Null(After(Silent(60), Silent(61)).Outcome); // what it does shows between two looks
        WatchState state = After(Silent(60), Silent(61), Silent(62));
        Assert.Equal(expected, state.Outcome);
        Assert.Equal(expected is null ? RunEnding.Over : RunEnding.Stalled, state.Ending);
        Assert.Null(After(Silent(60), Silent(61), Idle(62, 0) with { Metrics = [Loss(3, 2)] }, Silent(63)).Outcome);
    }

    [Fact]
    public void What_uses_a_processor_a_disk_or_the_network_is_not_stalled()
    {
        foreach (WorkDone each in new[]
            {
            new WorkDone(30_000, 0, 0, 0),
            new WorkDone(0, 600_000_000, 0, 0),
            new WorkDone(0, 0, 900_000_000, 0)
        })
        {
            Assert.Null(After([.. Enumerable.Range(0, 5).Select(i => Idle(60 + i, 16) with { Work = Times(each, i) })]).Outcome);
        }
    }

    [Fact]
    public void What_cannot_be_asked_is_not_idle()
    {
        WatchState state = After([.. Enumerable.Range(60, 5).Select(m => Idle(m, 16) with { GpuPercent = [] })]);
        Assert.Null(state.Outcome);
        Assert.Contains("not all GPUs say", state.Warning, StringComparison.Ordinal);
        Assert.Null(After([.. Enumerable.Range(60, 5).Select(m => Idle(m, 16) with { Work = null })]).Outcome);
    }

    [Fact]
    public void Lines_without_a_step_are_no_progress_and_steps_are()
    {
        Assert.Equal(VastRunOutcome.Stalled, After([.. Enumerable.Range(60, 20).Select(m => Idle(m, 0))]).Outcome);
        Assert.Equal(
            VastRunOutcome.Stalled, After([.. Enumerable.Range(60, 20).Select(m => Idle(m, 0) with { Metrics = [Loss(7, 2)] })]).Outcome);
        Assert.Null(After([.. Enumerable.Range(60, 20).Select(m => Idle(m, 0) with { Metrics = [Loss(m, 2)] })]).Outcome);
        Assert.Null(After([.. Enumerable.Range(60, 20).Select(m => Idle(m, 0) with { CheckpointAge = TimeSpan.FromMinutes(3) })]).Outcome);
    }

    [Theory]
    [InlineData(16, true, VastRunOutcome.Stalled)]
    [InlineData(16, false, null)] // it may evaluate
    [InlineData(14, true, null)]
    public void What_works_on_after_all_of_its_steps_is_stalled_once_it_is_confirmed(int silent, bool hasAll, VastRunOutcome? expected)
    {
        Observation Busy(int minute) => Idle(minute, silent) with
        {
            GpuPercent = [100], Work = new WorkDone(60_000 * minute, 0, 0, 0), HasAllSteps = hasAll, Metrics = [Loss(30, 2)],
        };
        Assert.Null(After(Busy(60)).Outcome);
        WatchState state = After(Busy(60), Busy(61) with { Silence = TimeSpan.FromMinutes(silent + 1) });
        Assert.Equal(expected, state.Outcome);
        Assert.Equal(expected is null ? RunEnding.Over : RunEnding.Stalled, state.Ending);
        Assert.Null(After(Busy(60), Busy(61) with { Metrics = [Loss(31, 2)], Silence = TimeSpan.Zero }, Busy(62)).Outcome);

        // Where only a bar counts the steps, the records have no number.
        VastMetric record = new() { Name = "loss", Value = 2, Line = "{'loss': 2}" };
        Observation Unnumbered(int minute) =>
            Busy(minute) with { Metrics = [record], Silence = TimeSpan.FromMinutes(silent + minute - 60) };
        Assert.Equal(expected, After(Unnumbered(60), Unnumbered(61)).Outcome);
    }

    // A hung collective keeps processors and GPUs at work; so does a long evaluation.
    [Fact]
    public void What_works_without_a_step_for_very_long_is_told_and_then_stalled()
    {
        Observation Busy(int minute, long step) => Seen(minute) with
        {
            GpuPercent = [100], Work = new WorkDone(6_000 * minute, 0, 0, 0), Metrics = [Loss(step, 2)],
        };
        Observation[] steps = [.. Enumerable.Range(12, 8).Select(m => Busy(m, m * 60))];
        Observation Hung(int minute) => Busy(minute, 19 * 60) with { Silence = TimeSpan.FromMinutes(minute - 19) };
        Assert.Null(After([.. steps, Hung(48)]).Warning);
        WatchState told = After([.. steps, Hung(51)]);
        Assert.Contains("it may hang", told.Warning, StringComparison.Ordinal);
        Assert.Null(told.Outcome);
        Assert.Null(After([.. steps, Hung(130), Hung(138)]).Outcome);
        WatchState state = After([.. steps, Hung(140), Hung(141)]);
        Assert.Equal((VastRunOutcome.Stalled, RunEnding.Stalled), (state.Outcome!.Value, state.Ending));
        Assert.Null(After([.. steps, Hung(140), Busy(141, 19 * 61)]).Outcome);

        // Whoever once took long may do so again; and of steps that were never seen nobody knows how long one takes.
        Assert.Null(After([.. steps, Hung(60), Busy(61, 1200), .. Enumerable.Range(62, 200).Select(m => Busy(m, 1200) with
        {
            Silence = TimeSpan.FromMinutes(m - 61),
        })]).Outcome);
        Assert.Null(After([.. Enumerable.Range(20, 300).Select(m => Busy(m, 1) with { Silence = TimeSpan.FromMinutes(m - 19) })]).Outcome);
    }

    [Fact]
    public void A_rule_that_holds_contradicts()
    {
        WatchState state = After(Seen(2) with { Metrics = [Loss(1, 9.5)] });
        Assert.Equal(VastRunOutcome.Contradicted, state.Outcome);
        Assert.Equal((76, RunEnding.TypedRule), (state.ExitCode, state.Ending));
        Assert.Contains("loss > 8", state.Evidence[0], StringComparison.Ordinal);
        Assert.Null(After(Seen(2) with { Metrics = [Loss(1, 7.5)] }).Outcome);
    }

    [Theory]
    [InlineData(1, new[] { 100, 120, 140, 160 }, VastRunOutcome.Contradicted)] // 20 steps a minute: 3 s instead of 1
    [InlineData(1, new[] { 100, 120, 140 }, null)] // two windows may be chance
    [InlineData(1, new[] { 100, 140, 180, 220 }, null)] // 1.5 s
    [InlineData(1, new[] { 100, 139, 178, 217 }, null)] // just above, which may be noise
    [InlineData(1, new[] { 100, 124, 148, 172 }, VastRunOutcome.Contradicted)] // 2.5 s, which is none
    [InlineData(1, new[] { 100, 101, 102, 103 }, VastRunOutcome.Contradicted)] // a step a minute
    [InlineData(1, new[] { 100, 160, 161, 221 }, null)] // one long pause, for a checkpoint
    [InlineData(1, new[] { 100, 120, 10, 30, 50 }, null)] // it began anew, and two windows since
    [InlineData(8, new[] { 100, 120, 140, 160 }, null)] // the third window closes after the validation
    public void Steps_that_take_much_longer_than_expected_contradict_in_the_validation(int from, int[] steps, VastRunOutcome? expected)
    {
        WatchState state = After([.. steps.Select((step, i) => Seen(from + i) with { Metrics = [Loss(step, 2)] })]);
        Assert.Equal(expected, state.Outcome);
        Assert.All(state.Evidence.Take(1), e => Assert.EndsWith("times the expected 1s", e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(14, 9, null)] // 1.4 times the estimate
    [InlineData(15, 9, VastRunOutcome.Contradicted)]
    [InlineData(15, 30, null)] // after the validation
    [InlineData(2, 9, null)] // less than planned costs nothing
    public void Memory_far_above_the_estimate_contradicts_in_the_validation_at_two_looks(double gib, int minute, VastRunOutcome? expected)
    {
        WatchPlan plan = s_plan with { Pace = new RunPace { PeakVramGiB = 10 } };
        Observation look = Seen(minute) with { Vram = new GpuMemory(gib * 1024, 24576) };
        WatchState once = new WatchState().Next(plan, look);
        Assert.Null(once.Outcome);
        Assert.Null(once.Next(plan, Seen(minute)).Next(plan, look).Outcome);
        WatchState twice = once.Next(plan, look);
        Assert.Equal(expected, twice.Outcome);
        if (expected is not null)
        {
            Assert.StartsWith("PeakVram: ", twice.Evidence[0], StringComparison.Ordinal);
            Assert.Equal(RunEnding.OtherRule, twice.Ending);
        }
    }

    [Fact]
    public void A_healthy_training_anywhere_in_the_range_of_its_estimate_is_hardly_ever_contradicted()
    {
        // 1,000 runs: the true step time from 0.7 to 1.6 times the base, lognormal noise of 0.15, five steps of stall in 2 %.
        var chance = new Random(16);
        int alarms = Enumerable.Range(0, 1000).Count(i =>
        {
            double truth = 0.7 + (0.9 * i / 999);
            WatchPlan plan = s_plan with
            {
                Pace = new RunPace { StepTime = TimeSpan.FromSeconds(1), WorstStepTime = TimeSpan.FromSeconds(1.6) },
            };
            (double now, long step, var state) = (0.0, 0L, new WatchState());
            for (int look = 1; look <= 58 && state.Outcome is null; look++)
            {
                while (now < look * 10)
                {
                    double noise = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
                    now += truth * Math.Exp(0.15 * noise) * (chance.NextDouble() < 0.02 ? 6 : 1);
                    step++;
                }

                state = state.Next(plan, Seen(0) with { At = s_start.AddSeconds(look * 10), Metrics = [Loss(step, 2)] });
            }

            return state.Outcome is not null;
        });
        Assert.InRange(alarms, 0, 10);
    }

    [Fact]
    public void A_step_time_that_the_estimate_allows_for_contradicts_nothing()
    {
        WatchPlan plan = s_plan with { Pace = new RunPace { StepTime = TimeSpan.FromSeconds(1), WorstStepTime = TimeSpan.FromSeconds(3) } };
        WatchState state = new[] { 100, 120, 140, 160 }.Select((step, i) => Seen(1 + i) with { Metrics = [Loss(step, 2)] })
            .Aggregate(new WatchState(), (s, look) => s.Next(plan, look));
        Assert.Null(state.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(3), state.StepTime);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_told_at_once_and_contradicts_when_it_is_beyond_hope()
    {
        Assert.Null(After(Seen(60) with { Metrics = NaNs(2) }).Warning);
        WatchState told = After(Seen(60) with { Metrics = NaNs(3) });
        Assert.Null(told.Outcome);
        Assert.Contains("loss is not a finite number 3 times", told.Warning, StringComparison.Ordinal);
        Assert.Equal(10, told.Pause(s_plan, s_start.AddMinutes(60)).TotalSeconds);
        Assert.Null(told.Next(s_plan, Seen(61) with { Metrics = NaNs(4) }).Warning);
        WatchState lost = told.Next(s_plan, Seen(61) with { Metrics = NaNs(20) });
        Assert.Equal((VastRunOutcome.Contradicted, RunEnding.NaNRule), (lost.Outcome!.Value, lost.Ending));
        Assert.Null(told.Next(s_plan, Seen(61) with { Metrics = [.. NaNs(19), Loss(30, 2)] }).Outcome);
    }

    [Fact]
    public void Where_records_are_rare_a_loss_that_is_no_number_contradicts_after_an_hour()
    {
        WatchState state = After(Seen(60) with { Metrics = NaNs(3) }, Seen(119) with { Metrics = NaNs(4) });
        Assert.Null(state.Outcome);
        state = state.Next(s_plan, Seen(121) with { Metrics = NaNs(4) });
        Assert.Equal((VastRunOutcome.Contradicted, RunEnding.OtherRule), (state.Outcome!.Value, state.Ending));
    }

    [Fact]
    public void What_ended_between_two_looks_is_judged_by_its_whole_log()
    {
        var end = new RunEnd(VastRunOutcome.Completed, 0, s_start.AddMinutes(3), ["exit code 0"]);
        WatchState Judged(
            VastMetric[] metrics, VastRunOutcome outcome = VastRunOutcome.Completed, VastTrainingKind kind = VastTrainingKind.Any) =>
            new WatchState().Next(s_plan with { Kind = kind }, Seen(4) with { Metrics = metrics, End = end with { Outcome = outcome } });
        WatchState typed = Judged([Loss(1, 55)]);
        Assert.Equal((VastRunOutcome.Contradicted, RunEnding.Over, 76), (typed.Outcome!.Value, typed.Ending, typed.ExitCode));
        WatchState lost = Judged(NaNs(5));
        Assert.Equal((VastRunOutcome.Contradicted, RunEnding.NaNRule), (lost.Outcome!.Value, lost.Ending));
        Assert.Equal(end.At, lost.EndedAt);
        WatchState diverged = Judged([.. Enumerable.Range(1, 30).Select(i => Loss(i, 0.2 * i))], kind: VastTrainingKind.Supervised);
        Assert.Equal((VastRunOutcome.Completed, true), (diverged.Outcome!.Value, diverged.IsDoubtful));
        Assert.False(Judged([Loss(1, 2)]).IsDoubtful);
        Assert.True(Judged([], VastRunOutcome.Incomplete).IsDoubtful);
        Assert.Equal(VastRunOutcome.Failed, Judged(NaNs(5), VastRunOutcome.Failed).Outcome);
    }

    [Fact]
    public void What_goes_on_longer_than_at_worst_is_told_once()
    {
        WatchPlan plan = s_plan with { Pace = new RunPace { RunTime = TimeSpan.FromHours(1), WorstRunTime = TimeSpan.FromHours(2) } };
        WatchState state = new WatchState().Next(plan, Seen(119));
        Assert.Null(state.Warning);
        state = state.Next(plan, Seen(121));
        Assert.Contains("at worst 2h", state.Warning, StringComparison.Ordinal);
        Assert.Null(state.Outcome);
        Assert.Null(state.Next(plan, Seen(126)).Warning);
    }

    [Fact]
    public void A_run_that_outlives_its_deadline_has_timed_out_and_may_go_on()
    {
        Assert.Null(After(Seen(481)).Outcome);
        WatchState state = After(Seen(483));
        Assert.Equal((VastRunOutcome.TimedOut, RunEnding.NotEnded), (state.Outcome!.Value, state.Ending));
        Assert.Null(state.EndedAt);
    }

    [Fact]
    public void A_late_checkpoint_is_a_warning_and_no_outcome()
    {
        WatchState state = After(Seen(60) with { CheckpointAge = TimeSpan.FromMinutes(31) });
        Assert.Null(state.Outcome);
        Assert.Contains("31m", state.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 10)] // validation
    [InlineData(60, 1800)]
    [InlineData(470, 601)] // the deadline is nearer than the next look
    [InlineData(480, 10)] // at the deadline
    public void Looks_are_close_at_first_then_sparse_and_close_again_at_the_deadline(int minute, int seconds) =>
        Assert.Equal(seconds, new WatchState().Pause(s_plan, s_start.AddMinutes(minute)).TotalSeconds);

    [Theory]
    [InlineData(20, 1800)]
    [InlineData(50, 601)] // the expected end is nearer than the next look
    [InlineData(60, 300)] // every five minutes from then on
    [InlineData(478, 121)] // the deadline is nearer
    public void From_the_expected_end_on_looks_come_every_five_minutes(int minute, int seconds) =>
        Assert.Equal(seconds, new WatchState().Pause(
            s_plan with { Pace = new RunPace { RunTime = TimeSpan.FromHours(1) } }, s_start.AddMinutes(minute)).TotalSeconds);

    [Fact]
    public void What_is_suspicious_is_looked_at_again_soon() =>
        Assert.Equal(10, After(Failed(60)).Pause(s_plan, s_start.AddMinutes(60)).TotalSeconds);

    [Theory]
    [InlineData(2, 20)]
    [InlineData(4, 80)]
    [InlineData(9, 320)]
    public void Looks_that_fail_again_and_again_come_less_often(int looks, int seconds) =>
        Assert.Equal(seconds, Enumerable.Range(60, looks).Aggregate(new WatchState(), (
            s,
            m) => s.Next(s_plan with { LostAfter = TimeSpan.FromHours(2) }, Failed(m))).Pause(s_plan, s_start.AddMinutes(70)).TotalSeconds);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 20)]
    public void Looks_that_fail_together_are_not_done_again_together(int looks, int seconds)
    {
        WatchState state = After([.. Enumerable.Range(60, looks).Select(m => Failed(m))]);
        Assert.Equal(seconds, state.Pause(s_plan, s_start.AddMinutes(70), 0).TotalSeconds);
        Assert.Equal(seconds * 1.5, state.Pause(s_plan, s_start.AddMinutes(70), 0.5).TotalSeconds);
    }

    [Fact]
    public void A_server_that_cannot_be_asked_is_asked_less_and_less_often_and_normally_again_when_it_answers()
    {
        Observation missed = new(s_start.AddMinutes(60)) { Trouble = "no network" };
        WatchState state = After(missed, missed, missed);
        Assert.Equal((null, 0, 40), (state.Outcome, state.FailedLooks, state.Pause(s_plan, s_start.AddMinutes(60)).TotalSeconds));
        Assert.Equal(1800, state.Next(s_plan, Seen(61)).Pause(s_plan, s_start.AddMinutes(61)).TotalSeconds);
    }

    [Theory]
    [InlineData(5, 500)] // validation
    [InlineData(60, 1800)] // the moment of its own is now: the next is an interval away
    [InlineData(480, 500)] // at the deadline
    public void Among_a_thousand_close_looks_are_rarer(int minute, int seconds) =>
        Assert.Equal(seconds, new WatchState().Pause(
            s_plan with { Spread = new SpreadRule(0, 1000) }, s_start.AddMinutes(minute)).TotalSeconds);

    private static WatchState After(params Observation[] looks) =>
        looks.Aggregate(new WatchState(), (state, look) => state.Outcome is null ? state.Next(s_plan, look) : state);

    private static Observation Seen(int minute) => new(s_start.AddMinutes(minute)) { IsListed = true, State = VastInstanceState.Running };

    private static Observation Failed(int minute, VastInstanceState state = VastInstanceState.Running) =>
        new(s_start.AddMinutes(minute)) { IsListed = true, State = state, Trouble = "refused the connection" };

    private static Observation Idle(int minute, int silent) =>
        Seen(minute) with { Silence = TimeSpan.FromMinutes(silent), GpuPercent = [0], Work = new WorkDone(40, 0, 0, 0) };

    private static WorkDone Times(WorkDone each, int times) =>
        new(each.CpuTicks * times, each.DiskBytes * times, each.NetworkBytes * times, 0);

    private static VastMetric[] NaNs(int count) => [Loss(1, 2), .. Enumerable.Range(2, count).Select(i => Loss(i, double.NaN))];

    private static VastMetric Loss(long step, double value) => new() { Step = step, Name = "loss", Value = value, Line = "" };
}
