using VastPS.Tests.Kit;

namespace VastPS.Tests.Package;

/// <summary>The example for schedulers, in a process of its own: what it returns is all that a scheduler sees.</summary>
[Trait("Speed", "Slow")]
public sealed class ScheduledWatchTests : IAsyncLifetime
{
    private RunBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await RunBed.StartAsync();

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();

    [Fact]
    public async Task It_fetches_the_results_removes_the_box_and_returns_zero()
    {
        _bed.Start("mkdir out; echo 1 > out/model.txt; echo step 1 loss 2", "-MaxRuntime 10m -Name good");
        string folder = Directory.CreateTempSubdirectory("vastps-watch-").FullName;
        Exited ran = Watch("-Name", "good", "-OnFinish", "Remove", "-ReceivePath", "out", "-Destination", folder);
        Assert.Equal(0, ran.Code);
        Assert.Contains(
            "good: Completed, exit 0",
            Assert.Single(ran.Lines, l => !l.StartsWith("WARNING: Watching costs", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Combine(folder, "out", "model.txt")));
        Assert.Empty(_bed.Run("Get-VastInstance").Clean<VastInstance>());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void It_returns_the_code_of_the_first_run_that_did_not_complete()
    {
        _bed.Start("true", "-MaxRuntime 10m -Name one");
        _bed.Start("exit 7", "-MaxRuntime 10m -Name two");
        Exited ran = Watch("-Name", "one,two");
        Assert.Equal(7, ran.Code);
        Assert.Contains("two: Failed, exit 7", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_that_did_not_come_are_an_error_after_the_line_that_tells_the_end()
    {
        _bed.Start("true", "-MaxRuntime 10m -Name fruitless");
        Exited ran = Watch("-Name", "fruitless", "-OnFinish", "Remove", "-ReceivePath", "nothing", "-Destination", TestEnvironment.Folder);
        Assert.NotEqual(0, ran.Code);
        Assert.Contains("fruitless: Completed, exit 0", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Not all results", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_nobody_knows_is_an_error_and_never_a_zero()
    {
        Exited ran = Watch("-Name", "nobody");
        Assert.NotEqual(0, ran.Code);
        Assert.Contains("nobody", ran.Error, StringComparison.Ordinal);
    }

    private Exited Watch(params string[] arguments) => Tool.Run(PowerShellProcess.Start(
        ["-NonInteractive", "-File", "examples/scheduled-watch.ps1", .. arguments],
        ("VAST_URL", _bed.Vast.Server.Address.ToString()),
        ("VAST_API_KEY", _bed.Vast.Server.ApiKey)));
}
