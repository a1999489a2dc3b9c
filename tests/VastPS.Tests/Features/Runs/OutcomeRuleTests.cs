using System.Text;
using VastPS.Features.Runs;
using VastPS.Kernel.Text;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>The name of an end, from what the box wrote down.</summary>
public sealed class OutcomeRuleTests
{
    [Theory]
    [InlineData(0, "", 0, false, "done", VastRunOutcome.Completed, 0)]
    // a script that ends well on TERM has still run out of time
    [InlineData(0, "limit", 0, false, "saved on TERM", VastRunOutcome.TimedOut, 124)]
    [InlineData(0, "stop", 0, false, "", VastRunOutcome.Killed, 137)]
    [InlineData(143, "stop", 0, false, "", VastRunOutcome.Killed, 143)]
    [InlineData(143, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    [InlineData(137, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    [InlineData(3, "", 0, false, "ValueError: x", VastRunOutcome.Failed, 3)]
    [InlineData(139, "", 0, false, "", VastRunOutcome.Failed, 139)]
    [InlineData(1, "", 0, false, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", VastRunOutcome.OutOfMemory, 1)]
    [InlineData(1, "", 2, false, "RuntimeError: CUDA out of memory.\nsomething after it", VastRunOutcome.OutOfMemory, 1)]
    [InlineData(137, "", 1, false, "step 40", VastRunOutcome.OutOfHostMemory, 137)]
    [InlineData(137, "", 0, false, "step 40", VastRunOutcome.Killed, 137)]
    [InlineData(137, "", null, false, "step 40", VastRunOutcome.Killed, 137)]
    [InlineData(0, "", 1, false, "step 40", VastRunOutcome.OutOfHostMemory, 1)] // python train.py | tee log
    // launchers turn a kill into a code of their own
    [InlineData(3, "", 1, false, "a loader worker was killed", VastRunOutcome.OutOfHostMemory, 3)]
    [InlineData(143, "", 0, false, "", VastRunOutcome.Killed, 143)]
    [InlineData(130, "", 0, false, "", VastRunOutcome.Killed, 130)]
    [InlineData(null, "", 0, true, "", VastRunOutcome.Killed, 137)]
    [InlineData(null, "", 0, false, "", VastRunOutcome.Killed, 137)]
    [InlineData(null, "", 1, false, "", VastRunOutcome.OutOfHostMemory, 137)]
    [InlineData(null, "limit", 0, false, "", VastRunOutcome.TimedOut, 124)]
    public void An_end_has_one_name(int? code, string why, int? oomKills, bool rebooted, string tail, VastRunOutcome expected, int exitCode)
    {
        (VastRunOutcome outcome, IReadOnlyList<string> evidence, _) =
            OutcomeRule.Judge(new EndFacts(code, why, oomKills, rebooted, Lines(tail)));
        Assert.Equal(expected, outcome);
        Assert.NotEmpty(evidence);
        Assert.Equal(exitCode, OutcomeRule.ExitCode(outcome, code));
    }

    [Theory]
    [InlineData(129, VastRunOutcome.Killed)]
    [InlineData(130, VastRunOutcome.Killed)]
    [InlineData(137, VastRunOutcome.Killed)]
    [InlineData(143, VastRunOutcome.Killed)]
    [InlineData(134, VastRunOutcome.Failed)] // the program's own signals
    [InlineData(135, VastRunOutcome.Failed)]
    [InlineData(136, VastRunOutcome.Failed)]
    [InlineData(139, VastRunOutcome.Failed)]
    public void A_code_above_128_names_its_signal(int code, VastRunOutcome expected)
    {
        (VastRunOutcome outcome, IReadOnlyList<string> evidence, _) = OutcomeRule.Judge(new EndFacts(code, "", 0, false, Lines("step 4")));
        Assert.Equal(expected, outcome);
        Assert.Equal($"exit code {code}: signal {code - 128}", evidence[0]);
    }

    [Theory]
    [InlineData(null, "", 0, true, "started anew")]
    [InlineData(null, "", 0, false, "its processes are gone and")]
    [InlineData(0, "left", 0, false, "left processes in the background")]
    [InlineData(137, "stop", 0, false, "ended by Stop-VastRun")]
    public void How_a_run_without_an_end_of_its_own_went_is_said(int? code, string why, int kills, bool rebooted, string evidence)
    {
        (VastRunOutcome outcome, IReadOnlyList<string> said, _) =
            OutcomeRule.Judge(new EndFacts(code, why, kills, rebooted, Lines("step 4")));
        Assert.Equal(VastRunOutcome.Killed, outcome);
        Assert.Contains(evidence, said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Killed", 1, VastRunOutcome.OutOfHostMemory)] // the kernel counted it
    [InlineData("Killed", 0, VastRunOutcome.Killed)]
    [InlineData("ValueError: x", 1, VastRunOutcome.OutOfHostMemory)]
    [InlineData("torch.OutOfMemoryError: CUDA out of memory.", 1, VastRunOutcome.OutOfMemory)] // that has its own name
    public void A_kill_is_the_kernels_where_it_counted_one(string words, int kills, VastRunOutcome expected)
    {
        (VastRunOutcome outcome, IReadOnlyList<string> evidence, _) = OutcomeRule.Judge(new EndFacts(1, "", kills, false, Lines(words)));
        Assert.Equal(expected, outcome);
        Assert.Equal(kills > 0, evidence.Any(e => e.Contains("the kernel killed 1 process", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("step 1\nValueError: bad batch", "ValueError: bad batch")]
    [InlineData(
        "[rank0]: ValueError: bad batch\nx.ChildFailedError: \n  exitcode  : 1\n======", "[rank0]: ValueError: bad batch|exitcode  : 1")]
    [InlineData("cp: no such file", "cp: no such file")]
    [InlineData("", "")]
    public void A_failed_run_shows_its_last_error_and_its_last_words(string tail, string expected) => Assert.Equal(
        expected,
        string.Join('|', OutcomeRule.Judge(new EndFacts(3, "", 0, false, Lines(tail))).Evidence.Skip(1)
            .Select(e => e[(e.IndexOf(": ", StringComparison.Ordinal) + 2)..])));

    // What python train.py | tee log leaves: the code of tee.
    [Theory]
    [InlineData("ValueError: bad batch", VastRunOutcome.Failed)]
    [InlineData("KeyboardInterrupt", VastRunOutcome.Failed)]
    [InlineData("AssertionError: loss: 12.5", VastRunOutcome.Failed)]
    [InlineData(
        "RuntimeError: CUDA error: device-side assert triggered\nCUDA kernel errors might be reported elsewhere.\nFor debugging consider "
        + "passing CUDA_LAUNCH_BLOCKING=1.\n",
        VastRunOutcome.Failed)]
    [InlineData("ValueError: x\nwandb: Run summary:\nwandb: train/loss 2.5\n", VastRunOutcome.Failed)]
    [InlineData(
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n\n  0%|   | 0/50 [00:02<?, ?it/s]",
        VastRunOutcome.OutOfMemory)]
    [InlineData("ChildFailedError: \n=====\ntrain.py FAILED\n  exitcode  : -9 (pid: 7)\n=====\n", VastRunOutcome.Killed)]
    [InlineData("ConnectionError: tried again\nstep 2 loss 2.9\ndone", VastRunOutcome.Completed)]
    public void A_code_of_0_hides_no_error_at_the_end_of_the_log(string error, VastRunOutcome expected) => Assert.Equal(
        expected, OfLog("step 1 loss 3\nTraceback (most recent call last):\n  File \"t.py\", line 1, in <module>\n    main()\n" + error));

    [Theory]
    [InlineData(
        "Exception ignored in: <function Iter.__del__ at 0x7f>\nTraceback (most recent call last):\n  File \"loader.py\", line "
        + "1\nAssertionError: can only test a child process")]
    [InlineData(
        "Exception in thread Thread-5 (_pin_memory_loop):\nTraceback (most recent call last):\n  File \"loader.py\", line "
        + "1\nConnectionResetError: x")]
    public void What_Python_could_not_raise_ends_nothing(string words) =>
        Assert.Equal(VastRunOutcome.Completed, OfLog("step 1 loss 3\n" + words));

    // Each as it was reported; the sources stand in CauseTable.
    [Theory]
    [InlineData(
        "RuntimeError: cuda runtime error (2) : out of memory at /pytorch/aten/src/THC/generic/THCStorage.cu:58",
        VastRunOutcome.OutOfMemory)]
    [InlineData("torch.OutOfMemoryError: HIP out of memory. Tried to allocate 1.50 GiB.", VastRunOutcome.OutOfMemory)]
    [InlineData("RuntimeError: Triton Error [CUDA]: out of memory", VastRunOutcome.OutOfMemory)]
    [InlineData(
        "  (0) Resource exhausted: OOM when allocating tensor with shape[16,112] and type float on /job:localhost/device:GPU:0 by "
        + "allocator GPU_0_bfc",
        VastRunOutcome.OutOfMemory)]
    [InlineData(
        "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 6291456 bytes.",
        VastRunOutcome.OutOfMemory)]
    [InlineData("RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", VastRunOutcome.OutOfMemory)]
    [InlineData("RuntimeError: cuDNN error: CUDNN_STATUS_ALLOC_FAILED", VastRunOutcome.OutOfMemory)]
    [InlineData(
        "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.",
        VastRunOutcome.OutOfMemory)]
    [InlineData("(WorkerDict pid=71) torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.63 GiB.", VastRunOutcome.OutOfMemory)]
    [InlineData("ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.", VastRunOutcome.OutOfHostMemory)]
    [InlineData("numpy.core._exceptions._ArrayMemoryError: Unable to allocate 30.0 GiB for an array", VastRunOutcome.OutOfHostMemory)]
    [InlineData(
        "RuntimeError: [enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
        + "132426121216 bytes.",
        VastRunOutcome.OutOfHostMemory)]
    [InlineData(
        "RuntimeError: DataLoader worker (pid 812) is killed by signal: Bus error. It is possible that dataloader's workers are out of "
        + "shared memory.",
        VastRunOutcome.OutOfHostMemory)]
    [InlineData(
        "RuntimeError: unable to write to file </torch_1355_3139633836_0>: No space left on device (28)", VastRunOutcome.OutOfHostMemory)]
    [InlineData("OSError: [Errno 28] No space left on device: 'out/checkpoint-300'", VastRunOutcome.DiskFull)]
    [InlineData("tee: train.log: No space left on device", VastRunOutcome.DiskFull)]
    [InlineData(
        "RuntimeError: [enforce fail at inline_container.cc:471] . PytorchStreamWriter failed writing file data/228: file write failed",
        VastRunOutcome.Failed)]
    [InlineData("RuntimeError: DataLoader worker (pid 812) is killed by signal: Killed. ", VastRunOutcome.Killed)]
    [InlineData(
        "E0325 20:57:27.620000 2606 torch/distributed/elastic/multiprocessing/api.py:869] failed (exitcode: -9) local_rank: 5 (pid: "
        + "2630) of binary: python",
        VastRunOutcome.Killed)]
    [InlineData("torch.multiprocessing.spawn.ProcessExitedException: process 0 terminated with signal SIGKILL", VastRunOutcome.Killed)]
    [InlineData("train.sh: line 61:  3156 Killed                  torchrun --nproc_per_node=8 train.py", VastRunOutcome.Killed)]
    [InlineData("train.sh: line 3: 41 Segmentation fault      (core dumped) python train.py", VastRunOutcome.Failed)]
    [InlineData("Killed", VastRunOutcome.Killed)]
    [InlineData("train.sh: line 7: torchrunn: command not found", VastRunOutcome.Failed)]
    [InlineData("sh: 1: pyton: not found", VastRunOutcome.Failed)]
    [InlineData("[rank3]: ValueError: bad batch", VastRunOutcome.Failed)]
    public void A_cause_has_its_name_whatever_the_code(string words, VastRunOutcome expected)
    {
        Assert.Equal(expected, OfLog("step 1 loss 3\n" + words));
        (VastRunOutcome outcome, IReadOnlyList<string> evidence, _) =
            OutcomeRule.Judge(new EndFacts(1, "", 0, false, Lines("step 1 loss 3\n" + words)));
        Assert.Equal(expected, outcome);
        Assert.Contains(evidence, e => e.Contains(words.Trim()[..Math.Min(100, words.Trim().Length)], StringComparison.Ordinal));
    }

    [Fact]
    public void The_first_cause_counts_and_not_what_it_does_to_others()
    {
        string ranks =
            string.Join(
                '\n',
                Enumerable.Range(0, 8)
                    .Select(
                        r =>
                            $"[rank{r}]: Traceback (most recent call last):\n[rank{r}]: torch.distributed.DistBackendError: NCCL error "
                            + $"in: remote process exited"));
        Ending end =
            OutcomeRule.Judge(
                new EndFacts(
                    1,
                    "",
                    0,
                    false,
                    Lines(
                        "step 1 loss 3\ntorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 3\n[rank5]: step 2 "
                        + "loss 3\n"
                            + ranks)));
        Assert.Equal(VastRunOutcome.OutOfMemory, end.Outcome);
    }

    [Theory]
    [InlineData("WARNING: CUDA out of memory. Tried to allocate 2.00 GiB. Batch size 32 -> 16\nstep 2 loss 2.5")]
    [InlineData(
        "Traceback (most recent call last):\n  File \"t.py\", line 1\nZeroDivisionError: division by zero\nmodel saved to "
        + "out/final.safetensors")]
    [InlineData(
        "Exception in thread Exception in thread Net:\n:\nTraceback (most recent call last):\nTraceback (most recent call last):\n  File "
        + "\"t.py\", line 1\nBrokenPipeError: [Errno 32] Broken pipe\nBrokenPipeError: [Errno 32] Broken pipe")]
    [InlineData("run.sh: line 9: 77 Terminated              tensorboard --logdir out")]
    public void What_was_survived_is_no_cause(string words)
    {
        Ending end = OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines("step 1 loss 3\n" + words)));
        Assert.Equal((VastRunOutcome.Completed, false), (end.Outcome, end.IsDoubtful));
    }

    [Fact]
    public void An_out_of_memory_that_was_survived_does_not_name_a_later_end()
    {
        Ending end =
            OutcomeRule.Judge(
                new EndFacts(
                    1,
                    "",
                    0,
                    false,
                    Lines(
                        "CUDA out of memory, retrying\nstep 2 loss 3\nstep 3 loss 3\nTraceback (most recent call "
                        + "last):\nFileNotFoundError: [Errno 2] No such file: 'eval.json'")));
        Assert.Equal(VastRunOutcome.Failed, end.Outcome);
        Assert.Contains(end.Evidence, e => e.Contains("FileNotFoundError", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run.sh: line 2: 5 Killed      python train.py\nfinished")]
    [InlineData("Traceback (most recent call last):\nOSError: sync failed\ndone")]
    [InlineData("run.sh: line 2: 5 Terminated      python train.py")]
    public void A_script_that_goes_on_after_an_error_leaves_a_doubt(string words)
    {
        Ending end = OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines("step 1 loss 3\n" + words)));
        Assert.Equal((VastRunOutcome.Completed, true), (end.Outcome, end.IsDoubtful));
    }

    [Theory]
    [InlineData(3000, null, null, "device=cpu: nothing to do", VastRunOutcome.Incomplete, false)]
    [InlineData(3000, "out", true, "step 30 loss 2", VastRunOutcome.Incomplete, false)]
    [InlineData(3000, "out", true, "step 2950 loss 2", VastRunOutcome.Completed, false)]
    [InlineData(3000, "out", false, "step 3000 loss 2", VastRunOutcome.Incomplete, false)]
    [InlineData(3000, null, null, "step 3000 loss 2", VastRunOutcome.Completed, false)]
    [InlineData(3000, null, null, "step 2800 loss 2\nstep 2900 loss 2", VastRunOutcome.Completed, false)] // a line each 100 steps
    [InlineData(3000, "out", true, "step 900 loss 2\nEarly stopping: no improvement for 5 evaluations", VastRunOutcome.Completed, false)]
    [InlineData(3000, null, null, "step 30 loss 2\ntraining stops at step 30 although num_steps is 3000", VastRunOutcome.Incomplete, false)]
    [InlineData(3000, null, null, "100%|####| 3000/3000 [10:00<00:00, 5it/s]", VastRunOutcome.Completed, false)]
    [InlineData(3000, null, null, "100%|####| 30/30 [10:00<00:00, 5it/s]", VastRunOutcome.Incomplete, false)]
    // nobody knows how many steps a record is
    [InlineData(3000, null, null, "{'loss': 2.5, 'epoch': 1.0}\n{'loss': 2.4, 'epoch': 3.0}", VastRunOutcome.Completed, true)]
    [InlineData(3000, "out", true, "{'loss': 2.5, 'epoch': 1.0}\n{'loss': 2.4, 'epoch': 3.0}", VastRunOutcome.Completed, false)]
    [InlineData(null, "out", false, "saved nothing", VastRunOutcome.Incomplete, false)]
    [InlineData(null, "out", true, "", VastRunOutcome.Completed, false)]
    [InlineData(null, null, null, "", VastRunOutcome.Completed, false)]
    public void An_exit_code_of_0_is_held_against_what_was_expected(
        int? planned, string? path, bool? isSaved, string log, VastRunOutcome expected, bool isDoubtful)
    {
        Ending end = OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines(log))
        {
            PlannedSteps = planned,
            CheckpointPath = path,
            IsSaved = isSaved,
            Took = TimeSpan.FromMinutes(9),
            ExpectedTime = TimeSpan.FromMinutes(10),
        });
        Assert.Equal((expected, isDoubtful), (end.Outcome, end.IsDoubtful));
    }

    [Fact]
    public void What_is_missing_is_said_in_one_line()
    {
        var facts = new EndFacts(0, "", 0, false, [])
            {
            PlannedSteps = 3000,
            CheckpointPath = "out",
            IsSaved = false,
            Took = TimeSpan.Zero,
            ExpectedTime = TimeSpan.FromMinutes(8.5)
        };
        Assert.Equal("exit code 0, but 0 of 3000 steps, no checkpoint at out, 0ms of 8m 30s", OutcomeRule.Judge(facts).Evidence[0]);
    }

    [Fact]
    public void A_command_that_can_hide_a_code_is_doubtful_unless_steps_prove_it()
    {
        var facts = new EndFacts(0, "", 0, false, Lines("step 100 loss 2")) { Command = "python train.py || true", HasPipefail = true };
        Assert.True(OutcomeRule.Judge(facts).IsDoubtful);
        Assert.False(OutcomeRule.Judge(facts with { PlannedSteps = 100 }).IsDoubtful);
        Assert.False(OutcomeRule.Judge(facts with { Command = "python train.py" }).IsDoubtful);
    }

    [Theory]
    [InlineData(141, "141 0", "", VastRunOutcome.Completed, false)]
    [InlineData(141, "141 141 0", "", VastRunOutcome.Completed, false)]
    [InlineData(141, "1 141 0", "", VastRunOutcome.Completed, true)]
    [InlineData(141, "141", "", VastRunOutcome.Completed, true)]
    [InlineData(1, "1 0", "Traceback (most recent call last):\nBrokenPipeError: [Errno 32] Broken pipe", VastRunOutcome.Completed, false)]
    [InlineData(1, "1 0", "Traceback (most recent call last):\nValueError: x", VastRunOutcome.Failed, false)]
    [InlineData(141, "141 1", "Traceback (most recent call last):\nValueError: x", VastRunOutcome.Failed, false)]
    public void A_part_of_a_pipe_whose_reader_had_enough_has_not_failed(
        int code, string pipe, string log, VastRunOutcome expected, bool isDoubtful)
    {
        Ending end = OutcomeRule.Judge(new EndFacts(code, "", 0, false, Lines(log)) { Pipe = pipe, HasPipefail = true });
        Assert.Equal((expected, isDoubtful), (end.Outcome, end.IsDoubtful));
    }

    [Fact]
    public void Work_that_was_handed_on_leaves_a_doubt_and_what_a_limit_could_not_end_is_named()
    {
        var facts = new EndFacts(0, "", 0, false, []) { Taken = "tmux", Handed = "process 7, which tmux started for it, is still there" };
        Assert.True(OutcomeRule.Judge(facts).IsDoubtful);
        Ending late = OutcomeRule.Judge(facts with { Why = "limit" });
        Assert.Equal((VastRunOutcome.TimedOut, true), (late.Outcome, late.IsDoubtful));
        Assert.Contains(late.Evidence, e => e.Contains("process 7", StringComparison.Ordinal));
    }

    [Fact]
    public void A_NaN_to_the_end_and_a_rule_that_held_to_the_end_are_no_completion()
    {
        Ending nan = OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines(Steps(40, "nan"))));
        Assert.Equal((VastRunOutcome.Contradicted, true), (nan.Outcome, nan.IsDoubtful));
        Ending few = OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines(Steps(30, "2.5") + "\n" + Steps(4, "nan", 31))));
        Assert.Equal((VastRunOutcome.Completed, true), (few.Outcome, few.IsDoubtful));
        Ending rule = OutcomeRule.Judge(
            new EndFacts(0, "", 0, false, Lines(Steps(30, "55.0"))) { AbortIf = [MetricCondition.Parse("loss > 20", "AbortIf")] });
        Assert.Equal((VastRunOutcome.Contradicted, false), (rule.Outcome, rule.IsDoubtful));
    }

    // The box lets lines through by its own list of words: what it holds back nobody can judge.
    [Fact]
    public void The_box_lets_every_word_of_the_table_through()
    {
        string box = VastPS.Basics.EmbeddedText.Read("box.sh");
        string words = string.Concat(box.Split('\n')
            .Where(l => l.StartsWith("words=", StringComparison.Ordinal))
            .Select(l => l["words=".Length..].Trim('"', '\'').Replace("$words", "", StringComparison.Ordinal)));
        var sieve = new System.Text.RegularExpressions.Regex(words);
        var cases = typeof(OutcomeRuleTests).GetMethod(nameof(A_cause_has_its_name_whatever_the_code))!.GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[
                0].Value!).ToArray();
        Assert.True(cases.Length > 20);
        Assert.All(cases, line => Assert.Matches(sieve, line));
    }

    // The data of the development machine; elsewhere the tables above hold the same forms.
    [Theory]
    [InlineData("gnmt-multi-rank-oom.txt", VastRunOutcome.OutOfMemory)]
    [InlineData("oumi-trl-oom.err", VastRunOutcome.OutOfMemory)]
    [InlineData("waveglow-dll-oom-16gpu.txt", VastRunOutcome.OutOfMemory)]
    [InlineData("nanogpt-oom-wandb-output.log", VastRunOutcome.OutOfMemory)]
    [InlineData("nan-then-sigkill-8gpu.txt", VastRunOutcome.Killed)]
    [InlineData("sigkill-9-torchrun.txt", VastRunOutcome.Killed)]
    [InlineData("sigsegv-torchrun-8gpu.log", VastRunOutcome.Failed)]
    [InlineData("verl-ray-assertion.log", VastRunOutcome.Failed)]
    [InlineData("lsf-deepspeed-many-failures.err", VastRunOutcome.Failed)]
    [InlineData("slurm-timelimit-attributeerror.err", VastRunOutcome.Failed)]
    [InlineData("lightning-ansi-train.out", VastRunOutcome.Completed)]
    [InlineData("nanogpt-speedrun-baseline.log", VastRunOutcome.Completed)]
    [InlineData("trl-sft-qlora.log", VastRunOutcome.Completed)]
    [InlineData("trl-grpo.log", VastRunOutcome.Completed)]
    [InlineData("paddle-rec-train.log", VastRunOutcome.Completed)]
    public void Captured_logs_that_a_pipe_wrote_end_as_they_did(string name, VastRunOutcome expected)
    {
        string? log = Repo.SharedData is { } data ? Path.Combine(data, "logs", name) : null;
        Assert.SkipUnless(File.Exists(log), "There are no captured logs on this computer.");
        byte[] bytes = File.ReadAllBytes(log);
        string tail = TerminalText.Clean(Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - 16000))).Replace('\r', '\n'));
        Assert.Equal(expected, OfLog(string.Join('\n', tail.Split('\n').TakeLast(200))));
    }

    [Fact]
    public void Only_Completed_gives_the_code_0() =>
        Assert.Equal([VastRunOutcome.Completed], Enum.GetValues<VastRunOutcome>().Where(o => OutcomeRule.ExitCode(o, 0) == 0));

    private static string Steps(int count, string loss, int from = 1) =>
        string.Join('\n', Enumerable.Range(from, count).Select(i => $"step {i} loss {loss}"));

    private static VastRunOutcome OfLog(string tail) => OutcomeRule.Judge(new EndFacts(0, "", 0, false, Lines(tail))).Outcome;

    private static NumberedLine[] Lines(string text) => [.. text.Split('\n').Select((l, i) => new NumberedLine(i + 1, l))];
}
