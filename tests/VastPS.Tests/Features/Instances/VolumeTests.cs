using System.Text.Json.Nodes;
using VastPS.Features.Instances;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>Volumes and templates, and instances that are made with them.</summary>
public sealed class VolumeTests : IAsyncLifetime
{
    private const string Offer = "$offer = Get-VastOffer -GpuCount 1 -First 200 | Where-Object { $_.Raw['avail_vol_ask_id'] } | "
        + "ForEach-Object -Begin { $n = 0 } -Process { if ($n++ -eq 0) { $_ } }; ";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false });
        _host = _vast.HurriedHost();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public void A_volume_is_rented_used_and_removed_when_nobody_uses_it()
    {
        VastVolume volume =
            Assert.Single(_host.Run($"{Offer} $offer | New-VastVolume -SizeGB 10 -Name sets -Confirm:$false").Clean<VastVolume>());
        Assert.Equal(("sets", true, 10.0), (volume.Name, volume.IsMine, volume.SizeGB));
        Assert.True(volume.PricePerHour > 0);
        VastInstance box = Assert.Single(_host.Run(
            $"{Offer} $offer | New-VastInstance -Image i -MaxRuntime 1h -DiskGB 10 -Volume $v -VolumePath /sets -Confirm:$false",
            ("v", volume)).Clean<VastInstance>());
        Assert.Equal([box.InstanceId], Assert.Single(_host.Run("Get-VastVolume").Clean<VastVolume>()).InstanceIds);
        Assert.Equal(
            $"Remove-VastInstance -InstanceId {box.InstanceId}",
            _host.Run("$v | Remove-VastVolume -Confirm:$false", ("v", volume)).OneError("VastVolumeInUse").ErrorDetails.RecommendedAction);
        const string Both = "$b | Remove-VastInstance -Confirm:$false; $v | Remove-VastVolume -Confirm:$false";
        _host.Run(Both, ("b", box), ("v", volume)).Clean<object>();
        Assert.Empty(_host.Run("Get-VastVolume").Clean<VastVolume>());
        _host.Run("Remove-VastVolume $id -Confirm:$false", ("id", volume.VolumeId)).OneError("VastVolumeNotFound");
    }

    [Fact]
    public void A_volume_is_on_the_bill_and_burns_until_it_is_removed()
    {
        _vast.Server.Clock.Freeze();
        string folder = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));
        using var host = new CmdletHost(_vast.Computer(folder));
        VastVolume volume = Assert.Single(host.Run($"{Offer} $offer | New-VastVolume -SizeGB 100 -Confirm:$false").Clean<VastVolume>());
        _vast.Server.Clock.Advance(TimeSpan.FromHours(30));
        VastCost cost = Assert.Single(host.Run("Get-VastCost").Clean<VastCost>());
        Assert.Equal((volume.VolumeId, 0L, false), (cost.VolumeId, cost.InstanceId, cost.IsClosed));
        Assert.Equal(volume.PricePerHour!.Value, cost.BurnPerHour, 6);
        Assert.InRange(cost.TotalCost / (volume.PricePerHour.Value * 30), 0.99m, 1.01m);
        host.Run("Get-VastVolume | Remove-VastVolume -Confirm:$false").Clean<object>();
        VastCost closed = Assert.Single(host.Run("Get-VastCost -Charged").Clean<VastCost>());
        Assert.True(closed is { IsClosed: true, IsFinal: false, BurnPerHour: 0 });
    }

    [Fact]
    public void WhatIf_rents_and_removes_nothing()
    {
        _host.Run($"{Offer} $offer | New-VastVolume -SizeGB 10 -WhatIf").Clean<object>();
        Assert.DoesNotContain(_vast.Writes, w => w.StartsWith("PUT", StringComparison.Ordinal));
        _host.Run($"{Offer} $offer | New-VastVolume -SizeGB 10 -Confirm:$false").Clean<VastVolume>();
        _host.Run("Get-VastVolume | Remove-VastVolume -WhatIf").Clean<object>();
        Assert.Single(_host.Run("Get-VastVolume").Clean<VastVolume>());
    }

    [Fact]
    public void A_lost_answer_is_not_followed_by_a_second_rental()
    {
        _vast.Server.Relay.Arm(FaultKind.DropAfter, "PUT /api/v0/volumes/", times: 1);
        VastVolume volume = Assert.Single(_host.Run($"{Offer} $offer | New-VastVolume -SizeGB 10 -Confirm:$false").Clean<VastVolume>());
        Assert.Equal(volume.VolumeId, Assert.Single(_host.Run("Get-VastVolume").Clean<VastVolume>()).VolumeId);
    }

    [Fact]
    public void A_machine_without_room_is_one_error()
    {
        _host.Run("New-VastVolume 4040404 -SizeGB 10 -Confirm:$false").OneError("VastNoVolumeOffer");
        _host.Run("New-VastVolume 4040404 -SizeGB 0 -Confirm:$false").OneError("VastInvalidValue");
    }

    [Theory]
    [InlineData("vastps_data_0a1b2c3d", false, 0, null)]
    [InlineData("data", true, 0, null)]
    [InlineData("data", false, 0, VastReason.VolumeForeign)]
    [InlineData("data", true, 9, VastReason.VolumeInUse)]
    [InlineData("vastps_data_0a1b2c3d", false, 9, VastReason.VolumeInUse)]
    public void A_volume_goes_where_it_is_ours_or_forced_and_unused(string label, bool force, long user, VastReason? reason)
    {
        var volume = new VastVolume
        {
            VolumeId = 5,
            Label = label,
            IsMine = label.StartsWith("vastps_", StringComparison.Ordinal),
            InstanceIds = user > 0 ? [user] : [],
        };
        if (reason is null)
        {
            Assert.Same(volume, VolumeRule.Removable(5, [volume], force));
        }
        else
        {
            Assert.Equal(reason, Assert.Throws<VastException>(() => VolumeRule.Removable(5, [volume], force)).Reason);
        }
    }

    [Fact]
    public void Templates_are_listed_by_name_and_instances_are_made_of_them()
    {
        IReadOnlyList<VastTemplate> all = _host.Run("Get-VastTemplate").Clean<VastTemplate>();
        Assert.True(all.Count >= 2);
        Assert.All(all, t => Assert.True(t.TemplateHash.Length > 0 && t.Image.Length > 0));
        VastTemplate one = Assert.Single(_host.Run("Get-VastTemplate $n", ("n", all[0].Name)).Clean<VastTemplate>());
        Assert.Equal(all[0].TemplateHash, one.TemplateHash);
        Assert.Empty(_host.Run("Get-VastTemplate 'no such*'").Clean<VastTemplate>());
        VastInstance box = Assert.Single(_host.Run(
            "Get-VastOffer -GpuCount 1 -First 1 | New-VastInstance -Template $t -MaxRuntime 1h -DiskGB 20 -Confirm:$false",
            ("t", one)).Clean<VastInstance>());
        Assert.Contains(one.Image.Split(':')[0], box.Image, StringComparison.Ordinal);
        JsonNode body = JsonNode.Parse(_vast.Requests.Last(r => r.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal)).Body)!;
        Assert.Equal((one.TemplateHash, null), (body["template_hash_id"]!.GetValue<string>(), body["image"]));
    }
}
