using System.Management.Automation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>Instances given by name or as objects, where ids are taken.</summary>
public sealed class InstanceNameTests : IAsyncLifetime
{
    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;
    private VastInstance _box = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
        _box = Rent("mine", 0);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Theory]
    [InlineData("Get-VastInstance mine")]
    [InlineData("Get-VastInstance MINE")]
    [InlineData("Get-VastInstance -Name mine")]
    [InlineData("Get-VastInstance -Name mi*")]
    [InlineData("Get-VastInstance mi*")]
    [InlineData("Get-VastInstance $box")]
    [InlineData("Get-VastInstance $id")]
    [InlineData("Get-VastInstance \"$id\"")]
    [InlineData("Get-VastInstance -InstanceId $box.Label")]
    [InlineData("$box | Get-VastInstance")]
    [InlineData("[pscustomobject]@{ InstanceId = 'mine' } | Get-VastInstance")]
    [InlineData("Get-VastInstance ([pscustomobject]@{ InstanceId = $id })")]
    [InlineData("Stop-VastInstance mine -PassThru")]
    [InlineData("Stop-VastInstance $box -PassThru")]
    [InlineData("Get-VastCost mine")]
    public void A_name_or_an_object_is_as_good_as_an_id(string script)
    {
        PSObject found = PSObject.AsPSObject(Assert.Single(
            _host.Run(script, ("box", _box), ("id", _box.InstanceId)).Clean<object>()));
        Assert.Equal(_box.InstanceId, found.Properties["InstanceId"].Value);
    }

    [Theory]
    [InlineData("Remove-VastInstance nobox -Confirm:$false")]
    [InlineData("Stop-VastInstance nobox")]
    [InlineData("Get-VastCost nobox")]
    [InlineData("Get-VastInstance nobox")]
    [InlineData("Get-VastInstance -Name nobox")]
    [InlineData("Remove-VastInstance m* -Confirm:$false")]
    [InlineData("Stop-VastInstance *")]
    public void What_nothing_is_called_is_an_error_and_nothing_is_done(string script)
    {
        int before = _vast.Writes.Count;
        _host.Run(script).OneError("VastInstanceNotFound");
        Assert.Equal(before, _vast.Writes.Count);
    }

    [Fact]
    public void An_unknown_name_is_told_with_those_that_are_there() => Assert.Contains(
        $"{_box.InstanceId} (mine)", _host.Run("Get-VastInstance mein").OneError("VastInstanceNotFound").ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_two_have_is_an_error_with_their_ids()
    {
        VastInstance other = Rent("mine", 1);
        int before = _vast.Writes.Count;
        string said = _host.Run("Remove-VastInstance mine -Confirm:$false").OneError("VastInstanceNameAmbiguous").ToString();
        Assert.Contains(FormattableString.Invariant($"{_box.InstanceId}"), said, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"{other.InstanceId}"), said, StringComparison.Ordinal);
        Assert.Equal(before, _vast.Writes.Count);
    }

    [Fact]
    public void One_wrong_name_keeps_none_of_the_others()
    {
        Ran ran = _host.Run("Get-VastInstance nobox, mine");
        Assert.Equal(_box.InstanceId, Assert.IsType<VastInstance>(PSObject.AsPSObject(Assert.Single(ran.Output)).BaseObject).InstanceId);
        ran.OneError("VastInstanceNotFound");
    }

    [Fact]
    public void The_name_of_what_is_gone_still_finds_its_cost()
    {
        _host.Run("Remove-VastInstance mine -Confirm:$false").Clean<object>();
        Assert.Equal(_box.InstanceId, Assert.Single(_host.Run("Get-VastCost mine").Clean<VastCost>()).InstanceId);
        _host.Run("Stop-VastInstance mine").OneError("VastInstanceNotFound");
    }

    [Fact]
    public void Boxes_of_a_server_that_is_not_the_simulator_of_this_process_are_not_marked() => Assert.False(_box.IsSimulated);

    private VastInstance Rent(string name, int skip)
    {
        IReadOnlyList<VastOffer> offers = _host.Run("Get-VastOffer 'RTX 4090' -GpuCount 1 -OrderBy PricePerHour").Clean<VastOffer>();
        return Assert.Single(_host.Run(
            "$offer | New-VastInstance -Image pytorch/pytorch -MaxRuntime 1h -DiskGB 20 -Label $name -Confirm:$false",
            ("offer", offers[skip]),
            ("name", name)).Clean<VastInstance>());
    }
}
