using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Get-VastRunCheckpoint on a real box.</summary>
public sealed class GetVastRunCheckpointTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    [Fact]
    public void What_a_run_saves_is_shown_also_after_its_end()
    {
        VastRun run = _bed.Start(
            "mkdir -p cps/checkpoint-5 && printf 12345 >cps/checkpoint-5/model.bin", "-MaxRuntime 10m -CheckpointPath cps");
        _bed.Ended(run);
        VastRunCheckpoint saved = Assert.Single(Show(run));
        Assert.Equal(
            (run.RunId, run.InstanceId, VastCheckpointState.Complete, 1), (saved.RunId, saved.InstanceId, saved.State, saved.FileCount));
        Assert.EndsWith("/cps/checkpoint-5", saved.Path, StringComparison.Ordinal);
        Assert.InRange(saved.Age.TotalSeconds, 0, 120);
        Assert.Equal(5e-9, saved.SizeGB, 12);
    }

    [Fact]
    public void A_file_that_still_grows_is_being_written_and_a_cut_one_is_incomplete()
    {
        VastRun run = _bed.Start(
            "mkdir -p grow; printf 'PK\\003\\004cut' >grow/step_10.pt; while sleep 0.2; do printf x >>grow/step_20.pt; done",
            "-MaxRuntime 10m -CheckpointPath grow");
        Wait.Until(() => _bed.Shell("ls grow").Contains("step_20", StringComparison.Ordinal), TimeSpan.FromSeconds(10), "the run to save");
        IReadOnlyList<VastRunCheckpoint> found = Show(run);
        Assert.Equal(
            [("step_10.pt", VastCheckpointState.Incomplete), ("step_20.pt", VastCheckpointState.BeingWritten)],
            found.Select(c => (Path.GetFileName(c.Path), c.State)).OrderBy(c => c.Item1, StringComparer.Ordinal));
        string why = found.Single(c => c.State == VastCheckpointState.Incomplete).Why;
        Assert.Contains("ends before it should", why, StringComparison.Ordinal);
        _bed.Run("$run | Stop-VastRun -Grace 0s", ("run", run)).Clean<VastRun>();
    }

    [Fact]
    public void The_head_of_a_safetensors_file_tells_whether_it_is_whole()
    {
        // 8 bytes with the length of the head, the head, and four bytes of data of which one file lacks two.
        const string Head = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        string length = $"\\{Convert.ToString(Head.Length, 8)}\\0\\0\\0\\0\\0\\0\\0";
        _bed.Shell(
            $"mkdir -p st && cd st && for n in whole cut; do printf '{length}' >${{n}}_10.safetensors; "
            + $"printf '%s' '{Head}' >>${{n}}_10.safetensors; done; printf abcd >>whole_10.safetensors; printf ab >>cut_10.safetensors");
        VastRun run = _bed.Ended(_bed.Start("true"));
        IReadOnlyList<VastRunCheckpoint> found =
            [.. _bed.Run("$run | Get-VastRunCheckpoint -Path st", ("run", run)).Clean<VastRunCheckpoint>()];
        Assert.Equal(
            [("cut_10.safetensors", VastCheckpointState.Incomplete), ("whole_10.safetensors", VastCheckpointState.Complete)],
            found.Select(c => (Path.GetFileName(c.Path), c.State)).OrderBy(c => c.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void A_single_file_is_a_checkpoint_and_a_missing_one_a_warning()
    {
        _bed.Shell("mkdir -p one && printf 1 >one/model.pth");
        VastRun run = _bed.Ended(_bed.Start("true", "-MaxRuntime 10m -CheckpointPath one/model.pth"));
        Assert.EndsWith("/one/model.pth", Assert.Single(Show(run)).Path, StringComparison.Ordinal);
        Ran none = _bed.Run("$run | Get-VastRunCheckpoint -Path nowhere", ("run", run));
        Assert.Empty(none.Output);
        Assert.Contains("nothing yet", Assert.Single(none.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_said_a_path_it_is_asked_for()
    {
        VastRun run = _bed.Ended(_bed.Start("true"));
        _bed.Run("$run | Get-VastRunCheckpoint", ("run", run)).OneError("VastCheckpointPathUnknown");
    }

    private IReadOnlyList<VastRunCheckpoint> Show(VastRun run) =>
        [.. _bed.Run("$run | Get-VastRunCheckpoint", ("run", run)).Clean<VastRunCheckpoint>()];
}
