using System.Management.Automation;
using System.Net;
using System.Text.Json.Nodes;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>What else New-VastInstance can be told: ports, a private registry, machines to leave out, and offers to fall back on.</summary>
public sealed class RentExtrasTests : IAsyncLifetime
{
    private const string Offers = "$offers = @(Get-VastOffer -GpuCount 1 -OrderBy PricePerHour -First 40); ";
    private const string More = "-MaxRuntime 1h -DiskGB 20 -Confirm:$false";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.HurriedHost();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public void Ports_are_opened_as_docker_takes_them()
    {
        _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i -Port 8080, '8081/udp', '6006:7007' {More}").Clean<VastInstance>();
        JsonNode env = Created()["env"]!;
        Assert.Equal(["-p 8080:8080", "-p 8081:8081/udp", "-p 6006:7007"], env.AsObject().Select(p => p.Key));
    }

    [Theory]
    [InlineData("-Port 0")]
    [InlineData("-Port 65536")]
    [InlineData("-Port '80:'")]
    [InlineData("-Port '-v /:/host'")]
    [InlineData("-Volume 5 -VolumePath data")]
    [InlineData("-Template 'a b'")]
    public void A_port_that_is_none_and_other_slips_are_one_error(string typed)
    {
        _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i {typed} {More}").OneError("VastInvalidValue");
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData("ghcr.io/me/train:1", "-u me -p correct-horse-battery ghcr.io")]
    [InlineData("localhost:5000/train", "-u me -p correct-horse-battery localhost:5000")]
    [InlineData("me/train", "-u me -p correct-horse-battery docker.io")]
    public void A_private_registry_gets_its_log_in_and_nobody_else(string image, string login)
    {
        var credential = new PSCredential("me", new NetworkCredential("", "correct-horse-battery").SecurePassword);
        Ran ran = _host.Run(
            $"$VerbosePreference = $DebugPreference = 'Continue'; {Offers} $offers[0] | New-VastInstance -Image {image} "
            + $"-ImageCredential $c {More}",
            ("c", credential));
        Assert.Single(ran.Output);
        Assert.Equal(login, Created()["image_login"]!.GetValue<string>());
        Assert.DoesNotContain("correct-horse", ran.Everything(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(TestEnvironment.StateFolder),
            f => File.ReadAllText(f).Contains("correct-horse", StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_that_docker_would_not_read_whole_is_refused_without_being_shown()
    {
        var credential = new PSCredential("me", new NetworkCredential("", "two words-of-it").SecurePassword);
        Ran ran = _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i -ImageCredential $c {More}", ("c", credential));
        ran.OneError("VastInvalidValue");
        Assert.DoesNotContain("words-of-it", ran.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_excluded_machine_is_not_rented()
    {
        Ran ran = _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i -ExcludeMachine $offers[0] {More}");
        Assert.Contains("excluded", ran.OneError("VastOfferGone").ToString(), StringComparison.Ordinal);
        Assert.Empty(_vast.Writes);
    }

    [Fact]
    public async Task Where_the_offer_is_gone_the_next_is_taken_and_one_is_rented()
    {
        Ran ran = _host.Run($"{Offers} New-VastInstance 999999 -Image i -Fallback $offers[0], $offers[1] {More}");
        VastInstance box = Assert.Single(ran.Clean<VastInstance>());
        Assert.Equal(VastInstanceState.Running, box.State);
        Assert.Equal(box.InstanceId, Assert.Single(await _vast.Server.GetInstancesAsync()).InstanceId);
        Assert.Empty(_host.Run("Get-VastInstance -Orphan").Clean<VastInstance>());
    }

    [Fact]
    public async Task A_box_that_does_not_come_up_is_gone_before_the_next_is_rented()
    {
        _vast.Server.Faults.Set(SimFault.PullLimit, true);
        Ran ran = _host.Run(
            $"{Offers} $offers[0] | New-VastInstance -Image i -Fallback $offers[1], $offers[2] {More}");
        Assert.Empty(await _vast.Server.GetInstancesAsync());
        ran.OneError("VastInstanceWillNotRun");
        string[] story = [.. _vast.Writes.Select(w => w.Split(' ')[0])];
        Assert.True(story.Length >= 4);
        Assert.Equal(story, Enumerable.Range(0, story.Length).Select(i => i % 2 == 0 ? "PUT" : "DELETE"));
        Assert.Contains("It was removed", ran.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_that_cannot_be_removed_ends_the_tries_and_is_named()
    {
        _vast.Server.Faults.Set(SimFault.PullLimit, true);
        _vast.Server.Faults.Set(SimFault.DestroyIgnored, true);
        Ran ran = _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i -Fallback $offers[1], $offers[2] {More}");
        SimInstanceView left = Assert.Single(await _vast.Server.GetInstancesAsync());
        Assert.Equal(left.InstanceId, ran.OneError("VastInstancesFailed").TargetObject);
        Assert.Single(_vast.Writes, w => w.StartsWith("PUT /api/v0/asks/", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_with_offers_to_fall_back_on_sends_reads_only()
    {
        _host.Run($"{Offers} $offers[0] | New-VastInstance -Image i -Fallback $offers[1] {More} -WhatIf").Clean<object>();
        Assert.Empty(_vast.Writes);
    }

    private JsonNode Created() => JsonNode.Parse(
        Assert.Single(_vast.Requests, r => r.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal)).Body)!;
}
