using System.Management.Automation;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Features.Runs;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Start-, Get- and Stop-VastRun on real boxes.</summary>
public sealed class StartVastRunTests : IAsyncLifetime
{
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Theory]
    [InlineData("echo working; sleep 0.3; echo done", VastRunOutcome.Completed, 0)]
    [InlineData("echo oops >&2; exit 3", VastRunOutcome.Failed, 3)]
    [InlineData("kill -9 $$", VastRunOutcome.Killed, 137)]
    [InlineData("echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB' >&2; exit 1", VastRunOutcome.OutOfMemory, 1)]
    public void A_run_ends_under_its_right_name(string command, VastRunOutcome outcome, int code)
    {
        VastRun run = _bed.Start(command);
        Assert.Equal(VastRunState.Running, run.State);
        Assert.Equal(_bed.Box.InstanceId, run.InstanceId);
        VastRun ended = _bed.Ended(run);
        Assert.Equal(outcome, ended.Outcome);
        Assert.Equal(code, ended.ExitCode);
        Assert.Equal(command, ended.Command);
        Assert.NotEmpty(ended.Evidence);
        Assert.Equal(Usd.Round(_bed.Box.PricePerHour!.Value * ended.Duration.Ticks / TimeSpan.TicksPerHour), ended.Cost);
    }

    [Fact]
    public void The_box_ends_a_run_at_its_limit_though_nobody_watches()
    {
        VastRun run = _bed.Start("echo begin; sleep 4711", "-MaxRuntime 1s");
        Wait.Until(() => !Processes.Any("sleep 4711"), TimeSpan.FromSeconds(15), "the box to end the run");
        VastRun ended = _bed.Ended(run);
        Assert.Equal(VastRunOutcome.TimedOut, ended.Outcome);
        Assert.Equal(124, ended.ExitCode);
    }

    [Fact]
    public void A_run_survives_the_end_of_every_connection()
    {
        VastRun run = _bed.Start("echo begin; sleep 4712");
        _bed.Cut();
        Wait.Until(() => _bed.Box.SshAddresses.All(a => Sockets.To(a.Port) == 0), TimeSpan.FromSeconds(5), "the ssh connections to close");
        Assert.True(Processes.Any("sleep 4712"));
        VastRun seen = _bed.Look(run);
        Assert.Equal(VastRunState.Running, seen.State);
        Assert.Null(seen.Outcome);
        Assert.Equal(6, seen.LogBytes);
    }

    [Fact]
    public void Stop_ends_everything_that_the_run_started()
    {
        VastRun run = _bed.Start("trap '' TERM; setsid sleep 4713 & (sleep 4714; true) & wait; wait; sleep 4715");
        Wait.Until(() => Processes.Any("sleep 4713") && Processes.Any("sleep 4714"), TimeSpan.FromSeconds(10), "the processes of the run");
        VastRun ended = Assert.Single(_bed.Run("$run | Stop-VastRun -Grace 500ms -Confirm:$false", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Killed, ended.Outcome);
        Assert.Contains(ended.Evidence, e => e.Contains("Stop-VastRun", StringComparison.Ordinal));
        Assert.False(Processes.Any("sleep 4713") || Processes.Any("sleep 4714") || Processes.Any("sleep 4715"));
    }

    [Fact]
    public async Task Without_proof_nothing_starts_and_each_missing_command_is_named()
    {
        await using RunBed bed = await RunBed.StartAsync(isProven: false);
        const string Start = "$box | Start-VastRun 'sleep 4716' -MaxRuntime 1h";
        string[] commands = [
            $"Get-VastInstance -InstanceId {bed.Box.InstanceId} | Measure-VastRun",
            "Test-VastInstance -InstanceId " + bed.Box.InstanceId,
            "Invoke-VastSmokeTest -InstanceId " + bed.Box.InstanceId
        ];
        ErrorRecord error = bed.Run(Start).OneError("VastRunNotProven");
        Assert.All(commands, c => Assert.Contains(c, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
        await bed.NoteAsync(EvidenceKind.Smoke, passed: true);
        await bed.NoteAsync(EvidenceKind.Estimate, passed: true);
        await bed.NoteAsync(EvidenceKind.Checks, passed: false);
        error = bed.Run(Start).OneError("VastRunNotProven");
        Assert.Contains(commands[1], error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(commands[2], error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(bed.Run("Get-VastRun").Clean<VastRun>());
        Assert.False(Processes.Any("sleep 4716"));

        VastRun forced = bed.Start("echo forced", "-MaxRuntime 1h -Force");
        Assert.True(forced.IsForced);
        VastRun ended = bed.Ended(forced);
        Assert.True(ended.IsForced);
        Assert.Contains(ended.Proof, l => l.StartsWith("forced although its checks did not pass", StringComparison.Ordinal));
        Assert.Equal(
            [(VastProofKind.Estimate, true), (VastProofKind.Checks, false), (VastProofKind.SmokeTest, true)],
            ended.ProvenBy.Select(p => (p.Kind, p.Passed)));
        Assert.All(ended.ProvenBy, p => Assert.InRange(p.At, ended.StartedAt.AddMinutes(-5), ended.StartedAt));
        Assert.All(ended.ProvenBy, p => Assert.Equal("noted by the test", p.Detail));
        await bed.NoteAsync(EvidenceKind.Checks, passed: true);
        VastRun proven = bed.Start("true");
        Assert.False(proven.IsForced);
        Assert.Equal(["estimate: noted by the test", "checks: noted by the test", "smoke test: noted by the test"], proven.Proof);
    }

    [Fact]
    public async Task An_estimate_and_a_smoke_test_can_be_chosen_and_the_estimate_is_kept()
    {
        await using RunBed bed = await RunBed.StartAsync(isProven: false);
        await bed.NoteAsync(EvidenceKind.Checks, passed: true);
        await bed.NoteAsync(EvidenceKind.Smoke, passed: false);
        const string Choose = """
            $train = 'gpu-use $$ 90 4000; i=0; while sleep 0.1; do i=$((i+1)); echo "step $i loss $((20 - i))"; done'
            $smoke = $box | Invoke-VastSmokeTest $train -Steps 12 -Kind Supervised
            $plan = $box | Measure-VastRun -StepTime $smoke.StepTimeMedian -Steps 3000
            $box | Start-VastRun 'true' -MaxRuntime 8h -Estimate $plan -Smoke $smoke
            $smoke, $plan
            """;
        Ran ran = bed.Run(Choose);
        Assert.Empty(ran.Errors);
        VastRun run = Assert.IsType<VastRun>(ran.Output[0]);
        VastSmokeResult smoke = Assert.IsType<VastSmokeResult>(ran.Output[1]);
        VastRunEstimate plan = Assert.IsType<VastRunEstimate>(ran.Output[2]);
        Assert.Equal((smoke.StepTimeMedian, VastTrainingKind.Supervised), (run.ExpectedStepTime, run.Kind));
        Assert.InRange(run.ExpectedTime!.Value, plan.StepTime * 3000, plan.Time.Base);
        Assert.Equal(run.ExpectedTime, bed.Look(run).ExpectedTime);

        // From now on the store has all of it.
        Assert.Equal(run.ExpectedTime, bed.Start("true", "-MaxRuntime 8h -Kind Reinforcement").ExpectedTime);
    }

    [Theory]
    [InlineData("-Estimate (Get-VastOffer -GpuCount 2 -First 1 | Measure-VastRun -StepTime 1s -Steps 9)", "VastProofElsewhere")]
    [InlineData("-Estimate $box", "VastInvalidValue")]
    [InlineData("-Smoke $smoke", "VastProofElsewhere")]
    public void What_is_about_something_else_proves_nothing(string arguments, string error) =>
        _bed.Run($"$box | Start-VastRun 'true' -MaxRuntime 8h {arguments}", ("smoke", new VastSmokeResult { InstanceId = 1 }))
            .OneError(error);

    [Fact]
    public async Task A_limit_below_the_pessimistic_time_is_an_error_with_both_figures()
    {
        await _bed.NoteAsync(EvidenceKind.Estimate, new RunPace
            {
            StepTime = TimeSpan.FromSeconds(1),
            RunTime = TimeSpan.FromHours(1),
            WorstRunTime = TimeSpan.FromMinutes(100.5),
            Steps = 3600
        });
        ErrorRecord error = _bed.Run("$box | Start-VastRun 'true' -MaxRuntime 90m").OneError("VastRunTooShort");
        Assert.Contains("1h 30m", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("at worst 1h 40m", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-MaxRuntime 101m", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("-NoMaxRuntime", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.NotNull(_bed.Start("true", "-MaxRuntime 101m").Deadline);
        Assert.Null(_bed.Start("true", "-NoMaxRuntime").Deadline);
        Assert.Contains(_bed.Start("true", "-MaxRuntime 5m -Force").Proof, l => l.StartsWith("forced although", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_smoke_test_that_contradicts_the_estimate_proves_nothing()
    {
        await _bed.NoteAsync(EvidenceKind.Estimate, new RunPace { StepTime = TimeSpan.FromSeconds(1) });
        await _bed.NoteAsync(EvidenceKind.Smoke, new RunPace { StepTime = TimeSpan.FromSeconds(3) });
        ErrorRecord error = _bed.Run("$box | Start-VastRun 'true' -MaxRuntime 8h").OneError("VastRunNotProven");
        Assert.Contains("3.0 times the estimated 1s", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Measure-VastRun -Workload $work -StepTime 3s", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_notes_no_estimate()
    {
        DateTimeOffset[] before = [.. _bed.Host.Services.Evidence.All(_bed.Box.InstanceId).Select(e => e.At)];
        Assert.Empty(_bed.Run("$box | Start-VastRun 'true' -MaxRuntime 8h -Estimate ($box | Measure-VastRun -StepTime 1s -Steps 9) -WhatIf")
            .Clean<object>());
        Assert.Equal(before, _bed.Host.Services.Evidence.All(_bed.Box.InstanceId).Select(e => e.At));
    }

    [Fact]
    public void The_environment_reaches_the_run_and_no_disk()
    {
        VastRun run = _bed.Start(
            "test \"$SAMPLE_TOKEN\" = \"$(printf 'made\\055up value')\" && sleep 4717",
            "-MaxRuntime 1h -Environment @{ SAMPLE_TOKEN = 'made-up value' }");
        Wait.Until(() => Processes.Any("sleep 4717"), TimeSpan.FromSeconds(5), "the run to find its variable");
        VastCommandResult found =
            Assert.Single(_bed.Run("$box | Invoke-VastCommand \"grep -rl 'made-up value' ~/.vastps\"").Clean<VastCommandResult>());
        Assert.Equal("", found.Stdout);
        _bed.Run("$run | Stop-VastRun -Confirm:$false", ("run", run)).Clean<VastRun>();
    }

    [Fact]
    public void Names_are_unique_and_runs_are_found_by_them()
    {
        VastRun one = _bed.Start("sleep 4718", "-MaxRuntime 1h -Name llama-1");
        _bed.Run("$box | Start-VastRun 'true' -MaxRuntime 1h -Name LLAMA-1").OneError("VastRunNameTaken");
        VastRun two = _bed.Start("true");
        VastRun three = _bed.Start("true");
        Assert.Equal(_bed.Box.Name, two.Name);
        Assert.Equal(_bed.Box.Name + "-2", three.Name);
        Assert.Equal(one.RunId, Assert.Single(_bed.Run("Get-VastRun llama*").Clean<VastRun>()).RunId);
        Assert.Equal(3, _bed.Run("$box | Get-VastRun").Clean<VastRun>().Count);
        _bed.Run("Get-VastRun nobody").OneError("VastRunNotFound");
        _bed.Run("Stop-VastRun nobody -Confirm:$false").OneError("VastRunNotFound");
    }

    [Fact]
    public void A_second_start_of_the_same_run_does_nothing()
    {
        VastRun run = _bed.Start("echo once >>$HOME/count; sleep 4719");
        var options = new LaunchOptions(new LaunchRequest(run.Command, null)) { Proof = new RunProof(null, null, null, [], run.Kind) };
        string again = RunScripts.Launch(run.RunId, run.Name, options, TimeSpan.FromSeconds(1));
        VastCommandResult ran = Assert.Single(_bed.Run("$box | Invoke-VastCommand $again; ", ("again", again)).Clean<VastCommandResult>());
        Assert.StartsWith("log-path=", ran.Stdout, StringComparison.Ordinal);
        Assert.Equal("once", Assert.Single(_bed.Run("$box | Invoke-VastCommand 'cat count'").Clean<VastCommandResult>()).Stdout);
    }

    [Fact]
    public void A_run_whose_instance_is_gone_is_Removed()
    {
        VastRun run = _bed.Start("sleep 4720");
        _bed.Run("$box | Remove-VastInstance -Confirm:$false").Clean<object>();
        VastRun seen = _bed.Look(run);
        Assert.Equal(VastRunOutcome.Removed, seen.Outcome);
        Assert.Equal(77, seen.ExitCode);
    }

    [Theory]
    [InlineData("$box | Start-VastRun 'true' -MaxRuntime 0s", "MaxRuntime")]
    [InlineData("$box | Start-VastRun 'true' -MaxRuntime 1h -Name 'a b'", "Name")]
    [InlineData("Stop-VastRun x -Grace 3d -Confirm:$false", "Grace")]
    public void Bad_input_is_one_error(string script, string parameter) =>
        Assert.Contains("-" + parameter, _bed.Run(script).OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_is_not_there_is_said_and_nothing_runs()
    {
        string said = _bed.Run("$box | Start-VastRun 'sleep 4721' -MaxRuntime 1h -WorkingDirectory /no/such")
            .OneError("VastRunNotStarted").Exception.Message;
        Assert.Contains("/no/such", said, StringComparison.Ordinal);
        Assert.False(Processes.Any("sleep 4721"));
        Assert.Equal(VastRunOutcome.Failed, Assert.Single(_bed.Run("Get-VastRun").Clean<VastRun>()).Outcome);
    }

    [Fact]
    public void WhatIf_starts_and_ends_nothing()
    {
        Assert.Empty(_bed.Run("$box | Start-VastRun 'sleep 4722' -MaxRuntime 1h -WhatIf").Clean<object>());
        Assert.False(Processes.Any("sleep 4722"));
        VastRun run = _bed.Start("sleep 4723");
        Assert.Empty(_bed.Run("$run | Stop-VastRun -WhatIf", ("run", run)).Clean<object>());
        Assert.True(Processes.Any("sleep 4723"));
    }
}
