using System.Diagnostics;
using VastPS.Features.Instances;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>What exists because of VastPS is always named by something, and nothing is rented that could not be noted.</summary>
public sealed class NothingLostTests : IAsyncLifetime
{
    private const string Rent = "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    private readonly string _here = Directory.CreateTempSubdirectory("vastps-here-").FullName;
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("vastps-elsewhere-").FullName;
    private SimulatedVast _vast = null!;

    public async ValueTask InitializeAsync() => _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });

    public async ValueTask DisposeAsync()
    {
        await _vast.DisposeAsync();
        Directory.Delete(_here, recursive: true);
        Directory.Delete(_elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_the_create_leaves_a_box_that_is_named_at_once_here_and_on_another_computer()
    {
        _vast.Server.Relay.Arm(FaultKind.Stall, "PUT /api/v0/asks/", times: 1);
        using Process renting = PowerShellProcess.Start(
            $"Import-Module {Path.Combine(Repo.Root, "out", "VastPS")}; {Rent}",
            ("VAST_URL", _vast.Server.Address.AbsoluteUri),
            ("VAST_API_KEY", _vast.Server.ApiKey),
            ("VASTPS_STATE", _here));
        Wait.Until(
            () => renting.HasExited || _vast.Server.GetInstancesAsync().GetAwaiter().GetResult().Count > 0,
            TimeSpan.FromSeconds(90),
            "the server to create");
        Assert.False(renting.HasExited, "The command ended by itself.");
        renting.Kill();
        await renting.WaitForExitAsync();
        SimInstanceView box = Assert.Single(await _vast.Server.GetInstancesAsync());
        Assert.Equal([box.InstanceId], Orphans(_here));
        Assert.Equal([box.InstanceId], Orphans(_elsewhere));
        Assert.Contains(box.Label!, await File.ReadAllTextAsync(Path.Combine(_here, "intents.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_user_got_is_no_orphan_here_until_its_deadline_and_one_elsewhere()
    {
        using CmdletHost host = Host(_here);
        VastInstance box = Assert.Single(host.Run(Rent).Clean<VastInstance>());
        Assert.Empty(Orphans(_here));
        Assert.Equal([box.InstanceId], Orphans(_elsewhere));
        _vast.Server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal([box.InstanceId], Orphans(_here));
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_and_that_no_list_shows_in_time_is_an_orphan_when_it_shows()
    {
        using CmdletHost host = Host(_here);
        _vast.Server.Faults.Set("ListLacksNew:600", true);
        _vast.Server.Relay.Arm(FaultKind.DropAfter, "PUT /api/v0/asks/", times: 1);
        host.Run(Rent).OneError("VastCreateUncertain");
        Assert.Empty(Orphans(_here));
        _vast.Server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal([Assert.Single(await _vast.Server.GetInstancesAsync()).InstanceId], Orphans(_here));
    }

    [Fact]
    public async Task What_was_noted_and_never_reached_a_user_is_an_orphan()
    {
        using CmdletHost host = Host(_here);
        VastInstance box = Assert.Single(host.Run(Rent).Clean<VastInstance>());
        await host.Services.Intents.BeginAsync(host.Services.Api.Server, box.Label, 5, default);
        Assert.Equal([box.InstanceId], Orphans(_here));
        await host.Services.Renting.HandOverAsync(box.Label, default);
        Assert.Empty(Orphans(_here));
    }

    [Fact]
    public void Somebody_elses_is_never_an_orphan_of_ours()
    {
        using CmdletHost host = Host(_here);
        VastInstance box = Assert.Single(host.Run(Rent).Clean<VastInstance>());
        host.Services.Api.SetLabelAsync(box.InstanceId, "a colleague's", default).GetAwaiter().GetResult();
        Assert.Empty(Orphans(_elsewhere));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Where_others_may_enter_the_state_folder_nothing_is_rented(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders have no such mode here.");
        UnixMode.Set(_here, UnixMode.Of(_here) | others);
        using CmdletHost host = Host(_here);
        Assert.Contains("chmod 700", host.Run(Rent).OneError("VastStateNotPrivate").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(_vast.Writes);
        host.Run("Get-VastCost; Get-VastInstance -Orphan").Clean<object>();
    }

    [Theory]
    [InlineData("full")]
    [InlineData("read-only")]
    [Needs("mount")]
    public void On_a_disk_that_cannot_hold_a_note_nothing_is_rented_and_costs_are_still_told(string disk)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a disk.");
        string place = Directory.CreateDirectory(Path.Combine(_here, "disk")).FullName;
        Sh($"mount -t tmpfs -o size=512k,mode=700 tmpfs '{place}'");
        try
        {
            using CmdletHost host = Host(place);
            VastInstance box = Assert.Single(host.Run(Rent).Clean<VastInstance>());
            int writes = _vast.Writes.Count;
            Sh(disk == "full" ? $"dd if=/dev/zero of='{place}/rest' bs=1k count=600 2>/dev/null || true" : $"mount -o remount,ro '{place}'");
            Assert.Contains(place, host.Run(Rent).OneError("VastStateNotUsable").ToString(), StringComparison.Ordinal);
            Assert.Equal(writes, _vast.Writes.Count);

            // What is there can be seen and removed, and its cost ends with it.
            host.Run("$box | Get-VastCost; Get-VastInstance; $box | Remove-VastInstance -Confirm:$false", ("box", box)).Clean<object>();
            Assert.Empty(host.Run("Get-VastInstance").Clean<VastInstance>());
            Assert.True(Assert.Single(host.Run("Get-VastCost").Clean<VastCost>()).IsClosed);
        }
        finally
        {
            Sh($"umount '{place}'");
        }
    }

    // Ours, noted here, begun and not ended, past its deadline: which of them is an orphan.
    [Theory]
    [InlineData(true, true, false, false, false)]
    [InlineData(true, true, false, true, true)]
    [InlineData(true, true, true, false, true)]
    [InlineData(true, false, false, false, true)]
    [InlineData(true, false, true, true, true)]
    [InlineData(false, false, true, true, false)]
    public void An_orphan_is_ours_and_reached_nobody_here_or_is_past_its_deadline(
        bool isOurs, bool isNoted, bool isPending, bool isLate, bool isOrphan)
    {
        DateTimeOffset noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        var seen = new VastInstance { InstanceId = 7, IsMine = isOurs, Deadline = noon.AddHours(isLate ? -1 : 1) };
        Assert.Equal(isOrphan, OrphanRule.IsOrphan(seen, isNoted, isPending, noon));
    }

    private static void Sh(string command)
    {
        using Process shell = Process.Start("sh", ["-c", command]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    private CmdletHost Host(string folder) => new(_vast.Computer(folder));

    private IEnumerable<long> Orphans(string folder)
    {
        using CmdletHost host = Host(folder);
        return host.Run("Get-VastInstance -Orphan").Clean<VastInstance>().Select(i => i.InstanceId);
    }
}
