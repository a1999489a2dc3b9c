using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

/// <summary>The checks on real boxes: what nvidia-smi, df, dd and the control groups of a box say.</summary>
public sealed class BoxCheckTests : IAsyncLifetime
{
    private const string Rent =
        "$box = Get-VastOffer -GpuName 'RTX 4090' -GpuCount 2 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 "
        + "-Confirm:$false | Wait-VastInstance; $box";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;
    private VastInstance _box = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(SimulatedVast.Options(bytesPerSecond: 40e6));
        _host = _vast.Host();
        _box = Assert.Single(_host.Run(Rent).Clean<VastInstance>());
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public async Task The_cards_of_a_box_are_held_against_what_was_rented()
    {
        Dictionary<string, VastCheckResult> checks = Checks("$box | Test-VastGpu");
        Assert.All(
            ["GpuCount", "GpuModel", "GpuVram", "GpuInUse", "GpuDriver", "GpuHeat", "GpuSlowdown"],
            name => Assert.Equal(VastCheckStatus.Pass, checks[name].Status));
        Assert.Equal(2, checks["GpuCount"].Measured);
        Assert.All(checks.Values, c => Assert.Equal((_box.InstanceId, _box.MachineId), (c.InstanceId, c.MachineId)));

        // A desktop card counts no memory errors: unknown, and it decides nothing.
        Assert.Equal((VastCheckStatus.Unknown, true), (checks["GpuErrors"].Status, checks["GpuErrors"].IsOptional));
        Assert.Equal([true], _host.Run("$box | Test-VastGpu -Quiet").Clean<bool>());

        await _vast.Server.SetGpuAsync(_box.InstanceId, 1, 97, 18141);
        await _vast.Server.AddGpuProcessAsync(_box.InstanceId, 1, 4711, "python", 18100);
        VastCheckResult inUse = Checks("$box | Test-VastGpu")["GpuInUse"];
        Assert.Equal((VastCheckStatus.Fail, 18141), (inUse.Status, inUse.Measured));
        Assert.Contains(inUse.Evidence, line => line.Contains("python", StringComparison.Ordinal));
        Assert.Equal([false], _host.Run("$box | Test-VastGpu -Quiet").Clean<bool>());
    }

    [Fact]
    public void A_row_with_words_fails_with_these_words_and_a_warning_beside_good_rows_warns()
    {
        const string Smi =
            "$box | Invoke-VastCommand \"cat > `$(command -v nvidia-smi) <<'END'`n#!/bin/sh`ncase `$1 in`n"
            + "--query-gpu=index,uuid*) echo '{0}'; {1} ;;`nesac`nEND`n\"";
        const string Good = "0, GPU-a, NVIDIA GeForce RTX 4090, 580.1, 24564, 1, 0, 31";
        Replace("0, GPU-a, NVIDIA GeForce RTX 4090, 580.1, [GPU is lost], [GPU is lost], [N/A], ERR!", "exit 0");
        VastCheckResult lost = Checks("$box | Test-VastGpu")["GpuCount"];
        Assert.Equal(VastCheckStatus.Fail, lost.Status);
        Assert.Equal(["GPU 0 answers [GPU is lost]", "GPU 0 answers ERR!"], lost.Evidence.Take(2));

        Replace(Good + "\n1" + Good[1..], "echo 'WARNING: infoROM is corrupted at gpu 0000:B3:00.0'; exit 14");
        VastCheckResult damaged = Checks("$box | Test-VastGpu")["GpuCount"];
        Assert.Equal(VastCheckStatus.Warn, damaged.Status);
        Assert.Equal("WARNING: infoROM is corrupted at gpu 0000:B3:00.0", damaged.Evidence[0]);

        void Replace(string rows, string end) => _host.Run(Smi.Replace("{0}", rows, StringComparison.Ordinal)
            .Replace("{1}", end, StringComparison.Ordinal)).Clean<VastCommandResult>();
    }

    [Fact]
    public void Memory_and_disk_are_what_the_box_has()
    {
        Dictionary<string, VastCheckResult> memory = Checks("$box | Test-VastMemory");
        Assert.InRange(memory["Memory"].Measured!.Value, 0.1, _box.UsableRamGiB!.Value);
        Assert.NotEqual(VastCheckStatus.Unknown, memory["Memory"].Status);
        Assert.NotNull(memory["SharedMemory"].Measured);

        Dictionary<string, VastCheckResult> disk = Checks("$box | Test-VastDisk -MinFreeGB 0.5");
        Assert.Equal(VastCheckStatus.Pass, disk["DiskFree"].Status);
        Assert.True(disk["DiskWrite"].Measured > 0, "Nothing was written: " + string.Join("; ", disk["DiskWrite"].Evidence));
        Assert.Equal(VastCheckStatus.Fail, Checks("$box | Test-VastDisk -MinFreeGB 900000")["DiskFree"].Status);
        Assert.Empty(_host.Run("$box | Invoke-VastCommand 'ls -A ~ ~/workspace | grep vastps-write'").Clean<VastCommandResult>()[0].Stdout);
    }

    [Fact]
    public void A_workload_that_cannot_fit_fails_memory_and_disk_with_what_it_needs()
    {
        Dictionary<string, VastCheckResult> checks = Checks(
            "$work = New-VastWorkload Llama-3.1-70B Full -Offload Optimizer; $box | Test-VastMemory -Workload $work; $box | "
            + "Test-VastDisk -Workload $work");
        Assert.Equal(VastCheckStatus.Fail, checks["Memory"].Status);
        Assert.True(checks["Memory"].Expected > 500);
        Assert.Contains(checks["Memory"].Evidence, line => line.StartsWith("the run needs", StringComparison.Ordinal));
        Assert.True(checks["DiskFree"].Expected > 140);
        Assert.Contains(checks["DiskWrite"].Evidence, line => line.StartsWith("a checkpoint of", StringComparison.Ordinal));
    }

    [Fact]
    public void The_whole_list_comes_in_order_and_sums_up()
    {
        string[] expected =
        [
            "Reachable", "GpuCount", "GpuModel", "GpuVram", "GpuInUse", "GpuDriver", "GpuHeat", "GpuErrors", "GpuSlowdown",
            "Memory", "SharedMemory", "DiskFree", "DiskInodes", "DiskWrite", "Download",
        ];
        VastInstanceCheck check = Assert.Single(
            _host.Run("$box | Test-VastInstance -Summary -MinMbps 1 -MinFreeGB 0.5 -Uri $uri", ("uri", Uri)).Clean<VastInstanceCheck>());
        Assert.Equal(expected, check.Checks.Select(c => c.Name));
        Assert.InRange(check.Checks[^1].Measured!.Value, 320 * 0.8, 320 * 1.2);
        Assert.True(check.Duration > TimeSpan.Zero);
        Assert.Equal(check.Status == VastCheckStatus.Pass, check.Open.Count == 0);
        Assert.Equal((EvidenceKind.Checks, check.Status is VastCheckStatus.Pass or VastCheckStatus.Warn, check.ToString()), Noted());
    }

    [Fact]
    public async Task The_first_failure_ends_a_hurried_list_before_anything_slow()
    {
        await _vast.Server.SetGpuAsync(_box.InstanceId, 0, 0, 9000);
        IReadOnlyList<VastCheckResult> results =
            _host.Run("$box | Test-VastInstance -FailFast -Uri $uri", ("uri", Uri)).Clean<VastCheckResult>();
        Assert.Equal(["Reachable", "GpuCount", "GpuModel", "GpuVram", "GpuInUse"], results.Select(r => r.Name));
        Assert.Equal((EvidenceKind.Checks, false, $"instance {_box.InstanceId}: Fail, GpuInUse Fail"), Noted());
        Assert.Equal([false], _host.Run("$box | Test-VastInstance -FailFast -Quiet -Uri $uri", ("uri", Uri)).Clean<bool>());
    }

    [Fact]
    public void A_stopped_box_is_a_failed_check_with_the_way_out()
    {
        _host.Run("$box | Stop-VastInstance -Confirm:$false -WarningAction SilentlyContinue; $box | Wait-VastInstance -State Stopped")
            .Clean<object>();
        VastCheckResult only = Assert.Single(_host.Run("$box | Test-VastInstance").Clean<VastCheckResult>());
        Assert.Equal(("Reachable", VastCheckStatus.Fail), (only.Name, only.Status));
        Assert.Equal($"Start-VastInstance -InstanceId {_box.InstanceId}", only.Fix);
        _host.Run("$box | Test-VastGpu").OneError("VastInstanceNotRunning");
    }

    [Theory]
    [InlineData("Test-VastDisk", "-MinFreeGB 0", "MinFreeGB")]
    [InlineData("Test-VastInstance", "-MinMbps 0", "MinMbps")]
    [InlineData("Test-VastInstance", "-Uri file:///etc/passwd", "Uri")]
    public void Bad_input_is_one_error_before_anything_is_sent(string command, string arguments, string parameter)
    {
        int before = _vast.Requests.Count;
        string said = _host.Run($"{command} 1 {arguments}").OneError("VastInvalidValue").Exception.Message;
        Assert.Contains("-" + parameter, said, StringComparison.Ordinal);
        Assert.Equal(before, _vast.Requests.Count);
    }

    [Theory]
    [InlineData("Test-VastGpu")]
    [InlineData("Test-VastMemory")]
    [InlineData("Test-VastDisk")]
    [InlineData("Test-VastInstance")]
    public void An_id_that_does_not_exist_is_one_error_and_nothing_is_written(string command)
    {
        _host.Run($"{command} 4040404").OneError("VastInstanceNotFound");
        Assert.DoesNotContain(_vast.Writes, w => w.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stop_ends_the_download_on_the_box()
    {
        (Ran _, TimeSpan took) = _host.RunAndStop("$box | Test-VastInstance -Uri $uri", () => Processes.Any(Uri.AbsoluteUri), ("uri", Uri));
        Promptly.Back(took);
        Wait.Until(() => !Processes.Any(Uri.AbsoluteUri), TimeSpan.FromSeconds(5), "the remote processes to end");
        Assert.Empty(_vast.Services().Evidence.All(_box.InstanceId));
    }

    // The last that was noted about the box; what a run needs before it may start.
    private (EvidenceKind Kind, bool Passed, string Detail) Noted() =>
        _vast.Services().Evidence.All(_box.InstanceId)[^1] is var noted
            ? (noted.Kind, noted.Passed, noted.Detail)
            : default;

    private Uri Uri => _vast.Server.DownloadUri(_box.InstanceId);

    private Dictionary<string, VastCheckResult> Checks(string script) =>
        _host.Run(script).Clean<VastCheckResult>().ToDictionary(c => c.Name);
}
