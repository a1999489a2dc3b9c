using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Test-VastRun: one look at a real run, term by term.</summary>
public sealed class TestVastRunTests : IAsyncLifetime
{
    private const string Training = "i=0; while sleep 0.05; do i=$((i+1)); echo \"step $i loss 1.5\"; done";

    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Fact]
    public async Task Each_term_is_measured_or_said_to_be_unknown()
    {
        await EstimateAsync(10);
        VastRun run = Going("-CheckpointPath saves");
        using IDisposable gpu = await _bed.ReplaceAsync("nvidia-smi", "echo '90, 8192, 24576'");
        Dictionary<string, VastContradiction> terms = Look(run);
        Assert.Equal(
            [
                "StepTime", "RunTime", "Cost", "RentalEnd", "PeakVram", "VramShare", "RamShare", "ShmShare", "DiskFree", "CheckpointSize",
                "SaveShare", "CheckpointAge", "GpuUse", "Download", "Training",
            ],
            terms.Keys.Take(15));
        Assert.All(terms.Values, t => Assert.Equal((run.RunId, run.InstanceId), (t.RunId, t.InstanceId)));

        // Far too fast.
        Assert.Equal((VastPaceVerdict.Contradicted, 0.4), (terms["StepTime"].Verdict, terms["StepTime"].ContradictedThreshold));
        Assert.InRange(terms["StepTime"].Measured!.Value, 0.04, 1);
        Assert.Equal((VastPaceVerdict.Ok, 0.8), (terms["PeakVram"].Verdict, terms["PeakVram"].Ratio));
        Assert.Equal((VastPaceVerdict.Ok, 90), (terms["GpuUse"].Verdict, terms["GpuUse"].Measured));
        Assert.All(["RamShare", "DiskFree"], t => Assert.InRange(terms[t].Measured!.Value, 0, 100));
        Assert.Equal((VastPaceVerdict.Unknown, null), (terms["CheckpointAge"].Verdict, terms["CheckpointAge"].Measured));
        Assert.Equal(VastPaceVerdict.Unknown, terms["Download"].Verdict);
        Assert.Equal(VastPaceVerdict.Ok, terms["Training"].Verdict);
    }

    [Fact]
    public async Task What_was_measured_is_the_estimate_of_the_next_start()
    {
        await EstimateAsync(0.02);
        VastRun run = Going();
        VastContradiction step = Look(run)["StepTime"];
        Assert.Equal(VastPaceVerdict.Contradicted, step.Verdict);
        Assert.True(step.Ratio > 1.5, $"{step.Ratio}");
        Evidence noted = _bed.Host.Services.Evidence.About(_bed.Box.InstanceId).Estimate!;
        Assert.Equal(step.Measured!.Value, noted.Pace!.StepTime!.Value.TotalSeconds, 3);
        Assert.True(noted.Passed);
        Assert.Equal(100_000, noted.Pace.Steps);
    }

    [Fact]
    public void A_threshold_can_be_moved_and_a_wrong_one_is_told_before_anything_is_asked()
    {
        int before = _bed.Vast.Requests.Count;
        string[] all =
            ["@{ Speed = 1, 2 }", "@{ StepTime = 1 }", "@{ StepTime = 2, 1 }", "@{ GpuUse = 10, 20 }", "@{ StepTime = 'a', 'b' }"];
        foreach (string wrong in all)
        {
            _bed.Run($"Test-VastRun x -Threshold {wrong}").OneError("VastInvalidValue");
        }

        Assert.Equal(before, _bed.Vast.Requests.Count);
        VastRun run = Going();
        VastContradiction disk = Look(run, "-Threshold @{ DiskFree = 99.99, 99.98 }")["DiskFree"];
        Assert.Equal((VastPaceVerdict.Contradicted, 99.99), (disk.Verdict, disk.ReplanThreshold));
    }

    [Fact]
    public void A_run_that_has_ended_is_one_error()
    {
        VastRun run = _bed.Ended(_bed.Start("true"));
        Ran ran = _bed.Run("$run | Test-VastRun -SampleTime 1s", ("run", run));
        Assert.Empty(ran.Output);
        ran.OneError("VastRunHasEnded");
    }

    [Fact]
    public async Task A_watch_ends_by_the_same_rule_where_a_GPU_needs_far_more_than_was_planned()
    {
        await EstimateAsync(0.1);
        VastRun run = Going();
        using IDisposable gpu = await _bed.ReplaceAsync("nvidia-smi", "echo '90, 16384, 24576'");
        VastRun ended = Assert.Single(_bed.Run("$run | Wait-VastRun -PollInterval 200ms", ("run", run)).Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Contradicted, ended.Outcome);
        Assert.StartsWith("PeakVram: the fullest GPU has 16 GiB in use, 1.6 times", ended.Evidence[0], StringComparison.Ordinal);
        Assert.Equal(VastRunState.Running, _bed.Look(run).State);
    }

    private Task EstimateAsync(double stepSeconds) => _bed.NoteAsync(EvidenceKind.Estimate, new RunPace
    {
        StepTime = TimeSpan.FromSeconds(stepSeconds),
        RunTime = TimeSpan.FromSeconds(stepSeconds * 100_000),
        WorstRunTime = TimeSpan.FromSeconds(stepSeconds * 100_000),
        Steps = 100_000,
        PeakVramGiB = 10,
    });

    private VastRun Going(string arguments = "")
    {
        VastRun run = _bed.Start(Training, "-NoMaxRuntime " + arguments);
        Wait.Until(() => _bed.Look(run).LogBytes > 0, TimeSpan.FromSeconds(10), "the run to log");
        return run;
    }

    private Dictionary<string, VastContradiction> Look(VastRun run, string arguments = "") =>
        _bed.Run($"$run | Test-VastRun -SampleTime 3s {arguments}", ("run", run)).Clean<VastContradiction>().ToDictionary(t => t.Term);
}
