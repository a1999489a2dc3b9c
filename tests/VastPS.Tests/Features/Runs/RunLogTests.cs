using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Logs and metrics of runs.</summary>
public sealed class RunLogTests : IAsyncLifetime
{
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Fact]
    public void The_log_comes_as_lines_and_is_followed_to_the_end()
    {
        VastRun run = _bed.Start("for i in 1 2 3 4; do echo \"step $i loss 0.$i\"; sleep 0.4; done; printf 'end \\303\\244'");
        Assert.Equal(
            ["step 1 loss 0.1", "step 2 loss 0.2", "step 3 loss 0.3", "step 4 loss 0.4", "end ä"],
            _bed.Run("$run | Receive-VastRunLog -Follow", ("run", run)).Clean<string>());
        _bed.Ended(run);
        Assert.Equal(["step 4 loss 0.4", "end ä"], _bed.Run("Receive-VastRunLog $run.Name -Tail 2", ("run", run)).Clean<string>());
        Assert.Equal(
            [0.1, 0.2, 0.3, 0.4], _bed.Run("$run | Get-VastRunMetric -Metric loss", ("run", run)).Clean<VastMetric>().Select(m => m.Value));
    }

    [Fact]
    public void Following_stops_within_a_second()
    {
        VastRun run = _bed.Start("while sleep 0.1; do echo line; done");
        int before = _bed.Vast.Requests.Count;
        _bed.Stops("$run | Receive-VastRunLog -Follow", () => _bed.Vast.Requests.Count > before, ("run", run));
    }

    [Fact]
    public void Metrics_of_a_local_log_need_no_server()
    {
        string path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N") + ".log");
        File.WriteAllText(path, "{'loss': 2.5, 'epoch': 0.1}\nnoise\n{'loss': 2.25, 'epoch': 0.2}");
        int before = _bed.Vast.Requests.Count;
        Assert.Equal(
            [2.5, 2.25], _bed.Run("Get-VastRunMetric -Path $path -Metric loss", ("path", path)).Clean<VastMetric>().Select(m => m.Value));
        _bed.Run("Get-VastRunMetric -Path ./no/such.log").OneError("VastInvalidValue");
        Assert.Equal(before, _bed.Vast.Requests.Count);
    }
}
