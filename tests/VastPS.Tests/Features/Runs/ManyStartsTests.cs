using System.Diagnostics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Many shells that start runs at once share the files of the state folder, and the box.</summary>
public sealed class ManyStartsTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private const int Shells = 20;

    private readonly RunBed _bed = shared.Bed;

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Twenty_shells_that_each_start_two_runs_all_succeed_and_none_is_lost()
    {
        (string Said, string Errors)[] shells = await Task.WhenAll(Enumerable.Range(0, Shells).Select(async n =>
        {
            using Process shell = PowerShellProcess.Start(
                $"Import-Module '{Path.Combine(Repo.Root, "out", "VastPS")}'; 1..2 | ForEach-Object {{ Start-VastRun 'true' -InstanceId "
                + $"{_bed.Box.InstanceId} -MaxRuntime 10m -Name \"shell{n}-$_\" -Confirm:$false }} | ForEach-Object RunId",
                ("VAST_URL", _bed.Vast.Server.Address.ToString()),
                ("VAST_API_KEY", _bed.Vast.Server.ApiKey));
            Task<string> errors = shell.StandardError.ReadToEndAsync();
            string said = await shell.StandardOutput.ReadToEndAsync();
            await shell.WaitForExitAsync();
            return (said, await errors);
        }));
        Assert.Equal("", string.Concat(shells.Select(s => s.Errors)));
        string[] ids = string.Concat(shells.Select(s => s.Said))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(2 * Shells, ids.Distinct().Count());
        Assert.Equal(
            ids.Order(),
            _bed.Run("Get-VastRun -Name shell*").Clean<VastRun>().Where(r => r.MachineId is not null).Select(r => r.RunId).Order());
    }
}
