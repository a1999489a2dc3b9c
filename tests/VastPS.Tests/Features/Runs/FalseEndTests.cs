using VastPS.Basics;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Ends that look like others: each on a real box, and none is a false Completed.</summary>
public sealed class FalseEndTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    [Theory]
    [InlineData("echo done; exit 1", VastRunOutcome.Failed, 1, "exit code 1")]
    [InlineData("kill -SEGV $$", VastRunOutcome.Failed, 139, "exit code 139")]
    [InlineData("kill -TERM $$", VastRunOutcome.Killed, 143, "signal 15")]
    [InlineData(
        "(printf 'Traceback (most recent call last):\\n  File \"t.py\", line 1, in <module>\\nValueError: bad batch\\n'; exit 1) | cat",
        VastRunOutcome.Failed,
        1,
        "ValueError: bad batch")]
    [InlineData(
        "(printf 'Traceback (most recent call last):\\n  File \"t.py\", line 1\\ntorch.OutOfMemoryError: CUDA out of memory.\\n'; exit "
        + "1) | cat",
        VastRunOutcome.OutOfMemory,
        1,
        "CUDA out of memory")]
    [InlineData("ulimit -v 200000; head -c 400000000 /dev/zero | tail", VastRunOutcome.OutOfHostMemory, 1, "memory exhausted")]
    [InlineData("sleep 1 & echo done", VastRunOutcome.Completed, 0, "exit code 0")]
    [InlineData("sh -c 'kill -SEGV $$' | cat", VastRunOutcome.Failed, 139, "exit code 139")]
    [InlineData("pyton train.py 2>&1 | tee typed.log", VastRunOutcome.Failed, 127, "not found")]
    [InlineData("seq 1 3000000 | head -n 2", VastRunOutcome.Completed, 0, "its reader had enough")]
    [InlineData("sh -c 'exit 3' | cat; true", VastRunOutcome.Completed, 0, "can hide another")]
    [InlineData("sh -c 'kill -9 $$'\necho 'step 1 loss 2'", VastRunOutcome.Completed, 0, "can hide another")]
    [InlineData("echo 'step 1 loss 2'; sh -c 'kill -9 $$'; true", VastRunOutcome.Killed, 137, "Killed")]
    [InlineData("i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo \"step $i loss nan\"; done", VastRunOutcome.Contradicted, 76, "NaN")]
    public void The_end_is_what_it_is_and_not_what_it_looks_like(string command, VastRunOutcome outcome, int code, string evidence)
    {
        VastRun ended = _bed.Ended(_bed.Start(command));
        Assert.Equal((outcome, code), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Contains(ended.Evidence, e => e.Contains(evidence, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_goes_on_while_what_it_left_in_the_background_does_and_is_not_Completed_after_it()
    {
        VastRun run = _bed.Start("nohup setsid sh -c 'while [ ! -e enough ]; do sleep 0.1; done; exit 9' & exit 0");
        Wait.Until(() => !IsWorking(run, "sh "), TimeSpan.FromSeconds(5), "the command itself to end");
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
        _bed.Shell("sleep 7; touch enough");
        VastRun ended = _bed.Ended(run);
        Assert.Equal((VastRunOutcome.Killed, 137), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Contains(ended.Evidence, e => e.Contains("background", StringComparison.Ordinal));
        Assert.True(ended.Duration > TimeSpan.FromSeconds(6), $"{ended.Duration}");
    }

    // Python's and the shell's children keep neither environment nor session then; the keeper is given the orphans.
    [Fact]
    public void A_child_that_clears_its_environment_belongs_to_the_run()
    {
        VastRun run = _bed.Start("env -i setsid sleep 4871 </dev/null >/dev/null 2>&1 & exit 0");
        Wait.Until(() => !IsWorking(run, "bash"), TimeSpan.FromSeconds(5), "the command itself to end");
        _bed.Shell("sleep 1");
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
        _bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>();
        Assert.False(Processes.Any("sleep 4871"));
    }

    [Fact]
    [Needs("tmux")]
    public void Work_that_was_handed_to_a_tmux_server_is_waited_for_and_leaves_a_doubt()
    {
        _bed.Shell("mkdir -p handed && tmux -L handed new-session -d -s before </dev/null >/dev/null 2>&1");
        try
        {
            VastRun run = _bed.Start(
                "tmux -L handed new-session -d -s train 'while [ ! -e enough ]; do echo step 1 loss 3; sleep 0.5; done >train.log'",
                "-MaxRuntime 10m -WorkingDirectory handed");
            _bed.Shell("sleep 5");
            VastRun seen = _bed.Look(run);
            Assert.Equal(VastRunState.Running, seen.State);
            Assert.Contains(seen.Evidence, e => e.Contains("goes on", StringComparison.Ordinal));
            _bed.Shell("touch handed/enough");
            VastRun ended = _bed.Ended(run);
            Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
            Assert.Contains(ended.Evidence, e => e.Contains("handed work on by tmux", StringComparison.Ordinal));
        }
        finally
        {
            _bed.Shell("tmux -L handed kill-server; true");
        }
    }

    [Fact]
    public void A_helper_that_stays_is_named_and_not_waited_for()
    {
        VastRun run =
            _bed.Start("echo 'step 1 loss 2'; cp \"$(command -v sleep)\" wandb-core && (setsid ./wandb-core 4872 >/dev/null 2>&1 &)");
        VastRun ended = _bed.Ended(run);
        Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains("wandb-core", StringComparison.Ordinal));
        _bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>();
        Assert.False(Processes.Any("wandb-core 4872"));
    }

    [Fact]
    public void Who_reads_the_log_or_sits_in_the_folder_keeps_no_run_open()
    {
        VastRun run = _bed.Start("echo 'step 1 loss 2' && sleep 2");
        _bed.Shell(
            $"(setsid tail -f ~/.vastps/runs/{run.RunId}/log.txt & setsid sh -c 'sleep 4873; true' &) </dev/null >/dev/null 2>&1; sleep "
            + $"0.2");
        Assert.Equal(VastRunOutcome.Completed, _bed.Ended(run).Outcome);
        Assert.True(Processes.Any("sleep 4873"), "A stranger was killed.");
        _bed.Shell("kill $(ps ax -o pid=,args= | sed -n 's/^ *\\([0-9]*\\) \\(tail -f\\|sh -c sleep 4873\\|sleep 4873\\).*/\\1/p')");
    }

    [Fact]
    public void A_run_whose_folder_is_removed_under_it_goes_on()
    {
        VastRun run = _bed.Start("sleep 4874");
        _bed.Shell($"rm -r ~/.vastps/runs/{run.RunId}");
        Assert.NotEqual(VastRunState.Ended, _bed.Look(run).State);
        _bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>();
        Assert.False(Processes.Any("sleep 4874"));
    }

    [Theory]
    [InlineData("echo nothing to do", VastRunOutcome.Incomplete, 79)]
    [InlineData(
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo \"step $i/12 loss 2\"; done; mkdir -p kept; echo w >kept/step12.pt",
        VastRunOutcome.Completed,
        0)]
    [InlineData("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo \"step $i/12 loss 2\"; done; rm -rf kept", VastRunOutcome.Incomplete, 79)]
    public async Task An_exit_code_of_0_is_Incomplete_where_steps_or_a_checkpoint_are_missing(
        string command, VastRunOutcome outcome, int code)
    {
        VastRun run = Assert.Single(_bed.Run(
            "$plan = $box | Measure-VastRun -StepTime 50ms -Steps 12; $box | Start-VastRun $command -MaxRuntime 10m -Estimate $plan "
            + "-CheckpointPath kept -Force",
            ("command", command)).Clean<VastRun>());
        VastRun ended = _bed.Ended(run);
        Assert.Equal((outcome, code), (ended.Outcome!.Value, ended.ExitCode!.Value));
        Assert.Contains(ended.Evidence, e => e.Contains("of 12 steps", StringComparison.Ordinal));

        // The estimate was noted for the box, and would be asked about by the next run on it.
        await _bed.NoteAsync(EvidenceKind.Estimate, true);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_log_of_120_MB_costs_a_watch_no_more_than_its_end()
    {
        VastRun run =
            _bed.Start(
                "yes 'a line of a library that says the same again and again, and nothing about the training' | head -c 120000000; echo "
                + "'step 7 loss 2'; echo 'RuntimeError: CUDA out of memory.'; exit 1");
        Wait.Until(
            () => _bed.Shell($"cat ~/.vastps/runs/{run.RunId}/status 2>/dev/null; true").Contains("whole=1", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60),
            "the run to end");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        VastRun ended = Assert.Single(_bed.Run("$run | Wait-VastRun -PollInterval 300ms", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.OutOfMemory, ended.Outcome);
        Assert.True(ended.LogBytes > 120_000_000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    // A process in the midst of an exec has no environment for a moment.
    [Theory]
    [InlineData("if [ -e looked-once ]; then echo 4861; else : >looked-once; fi", "4861")]
    [InlineData(":", "none")]
    public void One_empty_look_for_processes_is_no_look(string members, string expected)
    {
        Assert.Equal(expected, _bed.Shell($"{EmbeddedText.Read("box.sh")}\nmembers() {{ {members}; }}\nlasting || echo none"));
    }

    [Fact]
    public void A_box_too_busy_to_look_does_not_make_what_was_left_Completed()
    {
        VastRun run = _bed.Start("setsid sh -c 'while [ ! -e ended ]; do sleep 0.1; done' & exit 0");
        Wait.Until(() => !IsWorking(run, "sh "), TimeSpan.FromSeconds(5), "the command itself to end");
        string keeper = Noted(run, "pid");
        _bed.Shell($"sleep 0.5; kill -STOP {keeper}; sleep 7; touch ended; sleep 0.5; kill -CONT {keeper}");
        Assert.Equal(VastRunOutcome.Killed, _bed.Ended(run).Outcome);
    }

    [Fact]
    public void The_limit_also_ends_what_was_left_in_the_background()
    {
        VastRun run = _bed.Start("setsid sleep 4861 & exit 0", "-MaxRuntime 2s");
        Assert.Equal(VastRunOutcome.TimedOut, _bed.Ended(run).Outcome);
        Assert.False(Processes.Any("sleep 4861"));
    }

    [Theory]
    [InlineData("8", "-MaxRuntime 10m", VastRunOutcome.Killed)]
    [InlineData("600", "-MaxRuntime 6s", VastRunOutcome.TimedOut)]
    public void A_run_whose_keeper_is_killed_goes_on_and_is_never_Completed(string seconds, string limit, VastRunOutcome outcome)
    {
        VastRun run = _bed.Start($"sleep {seconds}; echo done; exit 0", limit);
        _bed.Shell($"kill -9 {Noted(run, "pid")}");
        VastRun seen = _bed.Look(run);
        Assert.Equal(VastRunState.Running, seen.State);
        VastRun ended = _bed.Ended(run);
        Assert.Equal(outcome, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains("no exit code was written", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("code=0")]
    [InlineData("code=0\\nwhy=\\nended=1700000000\\noom=0\\n")]
    [InlineData("\\377\\000code=0")]
    public void A_status_that_is_not_whole_is_no_status(string text)
    {
        VastRun run = _bed.Start("sleep 4862");
        string folder = $"~/.vastps/runs/{run.RunId}";
        _bed.Shell($"kill -9 {Noted(run, "pid")} -{Noted(run, "session")}; printf '{text}' >{folder}/status");
        VastRun ended = _bed.Ended(run);
        Assert.Equal(VastRunOutcome.Killed, ended.Outcome);
    }

    [Fact]
    public void The_status_of_an_older_run_of_that_name_is_another_runs()
    {
        string older = "run-00000000";
        VastRun run = _bed.Start("sleep 4863", "-MaxRuntime 10m -Name twin");
        string runs = "~/.vastps/runs";
        _bed.Shell(
            $"mkdir {runs}/{older} && cp {runs}/{run.RunId}/* {runs}/{older}/ 2>/dev/null; printf "
            + $"'code=0\\nwhy=\\ntook=1\\noom=0\\nwhole=1\\n' >{runs}/{older}/status");
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
        _bed.Shell($"kill -9 {Noted(run, "pid")} -{Noted(run, "session")}; rm -r {runs}/{older}");
        Assert.Equal(
            VastRunOutcome.Killed, Assert.Single(_bed.Run("Wait-VastRun -Name twin -PollInterval 300ms").Clean<VastRun>()).Outcome);
    }

    [Fact]
    public void A_number_of_a_process_that_was_given_again_is_not_the_run()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Numbers of processes can be chosen by root alone.");
        VastRun run = _bed.Start("sleep 4864");
        string session = Noted(run, "session");
        _bed.Shell($"kill -9 {Noted(run, "pid")} -{session}");
        string given =
            _bed.Shell(
                $"sleep 0.1; echo $(({session} - 1)) >/proc/sys/kernel/ns_last_pid; setsid sleep 4865 </dev/null >/dev/null 2>&1 & sleep "
                + $"0.2; cut -d ' ' -f 6 /proc/$!/stat");
        Assert.Equal(session, given);
        Assert.Equal(
            VastRunOutcome.Killed,
            Assert.Single(_bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>()).Outcome);
        Assert.True(Processes.Any("sleep 4865"), "A stranger was killed.");
        _bed.Shell($"kill -9 {given}");
    }

    [Theory]
    [InlineData("exit 0", VastRunOutcome.Completed)]
    [InlineData("exit 3", VastRunOutcome.Failed)]
    public void A_full_disk_does_not_hide_how_a_run_ended(string end, VastRunOutcome outcome)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root mounts a small disk.");
        _bed.Shell("mkdir -p ~/.vastps; mount -t tmpfs -o size=128k tmpfs ~/.vastps && mkdir ~/.vastps/runs");
        try
        {
            VastRun run = _bed.Start($"head -c 1000000 /dev/zero >~/.vastps/fill; df -P ~/.vastps | tail -n 1 >&2; {end}");
            Assert.Equal(outcome, _bed.Ended(run).Outcome);
            Assert.Equal("", _bed.Run("$box | Start-VastRun 'echo begun >~/begun' -MaxRuntime 10m").OneError("VastRunNotStarted") is null
                ? "no error"
                : _bed.Shell("cat ~/begun 2>/dev/null"));
        }
        finally
        {
            _bed.Shell("umount -l ~/.vastps");
        }
    }

    [Theory]
    [InlineData(86400)]
    [InlineData(-86400)]
    public void A_clock_of_the_box_that_jumps_changes_nothing(int seconds)
    {
        VastRun limited = _bed.Start("echo begin; sleep 4866", "-MaxRuntime 3s");
        VastRun run = _bed.Start("echo begin; sleep 4; echo done");

        // The clock is the whole computer's: a date that lies stands before the true one on the box.
        _bed.Shell($$"""
            bin=$(dirname "$(command -v nvidia-smi)")
            printf '%s\n' '#!/bin/sh' '[ "$*" = +%s ] || exec /bin/date "$@"' 'echo $(($(/bin/date +%s) + {{seconds}}))' >$bin/date
            chmod +x $bin/date
            """);
        try
        {
            VastRun ended = Assert.Single(_bed.Run("$run | Wait-VastRun -PollInterval 300ms -StallTime 1h", ("run", run)).Clean<VastRun>());
            Assert.Equal(VastRunOutcome.Completed, ended.Outcome);
            Assert.InRange(ended.Duration, TimeSpan.FromSeconds(3), TimeSpan.FromHours(12));
            Assert.Equal(VastRunOutcome.TimedOut, _bed.Ended(limited).Outcome);
        }
        finally
        {
            _bed.Shell("rm \"$(command -v date)\"");
        }
    }

    [Fact]
    public void What_the_kernel_kills_for_memory_is_OutOfHostMemory()
    {
        string memory = Path.Combine("/sys/fs/cgroup/memory", $"vastps-{Guid.NewGuid():N}");
        Assert.SkipUnless(
            File.Exists("/sys/fs/cgroup/memory/memory.limit_in_bytes") && CanMake(memory),
            "No memory cgroup (version 1) can be made here.");
        try
        {
            File.WriteAllText(Path.Combine(memory, "memory.limit_in_bytes"), "40M");

            // As in a container: its own cgroup lies at the root.
            _bed.Shell($"mount --bind {memory} /sys/fs/cgroup/memory");
            VastRun ended = _bed.Ended(_bed.Start("echo $$ >/sys/fs/cgroup/memory/cgroup.procs; head -c 400000000 /dev/zero | tail"));
            Assert.Equal((VastRunOutcome.OutOfHostMemory, 137), (ended.Outcome!.Value, ended.ExitCode!.Value));
            Assert.Contains(ended.Evidence, e => e.Contains("the kernel killed 1 process", StringComparison.Ordinal));
        }
        finally
        {
            _bed.Shell("umount /sys/fs/cgroup/memory");
            Wait.Until(() => Gone(memory), TimeSpan.FromSeconds(10), "the cgroup to be empty");
        }
    }

    [Fact]
    public async Task A_box_that_was_started_anew_is_told_from_a_run_that_goes_on()
    {
        await using RunBed bed = await RunBed.StartAsync();
        VastRun run = bed.Start("sleep 4867");
        string session = bed.Shell($"sed -n 's/^session=//p' ~/.vastps/runs/{run.RunId}/start");
        bed.Run("$box | Stop-VastInstance -Confirm:$false; $box | Start-VastInstance -Confirm:$false; $box | Wait-VastInstance")
            .Clean<object>();
        if (Environment.UserName == "root")
        {
            // After a restart the same numbers are given again.
            bed.Shell($"echo $(({session} - 1)) >/proc/sys/kernel/ns_last_pid; setsid sleep 4868 </dev/null >/dev/null 2>&1 &");
        }

        VastRun ended = bed.Ended(run);
        Assert.Equal(VastRunOutcome.Killed, ended.Outcome);
        Assert.Contains(
            ended.Evidence, e => e.Contains(Environment.UserName == "root" ? "started anew" : "no exit code", StringComparison.Ordinal));
        if (Environment.UserName == "root")
        {
            bed.Run("$run | Stop-VastRun -Grace 0s -Confirm:$false", ("run", run)).Clean<VastRun>();
            Assert.True(Processes.Any("sleep 4868"), "A stranger was killed.");
        }
    }

    private static bool CanMake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Gone(string cgroup)
    {
        try
        {
            Directory.Delete(cgroup);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool IsWorking(VastRun run, string program) =>
        _bed.Shell($"ps -o args= -p {Noted(run, "session")} | head -n 1").Contains(program, StringComparison.Ordinal);

    private string Noted(VastRun run, string what) => _bed.Shell($"sed -n 's/^{what}=//p' ~/.vastps/runs/{run.RunId}/start");
}
