using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Simulator;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Instances;

/// <summary>New-, Wait-, Get-, Stop-, Start- and Remove-VastInstance through real pipelines on a simulator with real boxes.</summary>
public sealed class RentingTests : IAsyncLifetime
{
    private const string Rent = "New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h -DiskGB 20 -Confirm:$false";
    private const string Cheap = "Get-VastOffer -GpuCount 1 -OrderBy PricePerHour";

    private SimulatedVast _vast = null!;
    private CmdletHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _vast = await SimulatedVast.StartAsync();
        _host = _vast.Host();
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _vast.DisposeAsync();
    }

    [Fact]
    public void An_offer_becomes_a_box_that_answers_and_goes_again()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        Assert.Equal(VastInstanceState.Running, box.State);
        Assert.True(box.IsMine);
        Assert.Equal(20, box.DiskGB);
        Assert.InRange((box.Deadline!.Value - box.CreatedAt!.Value).TotalMinutes, 119, 122);
        Assert.Equal(VastMeters.Gpu | VastMeters.Disk, box.Meters);

        Assert.Empty(_host.Run("$box | Remove-VastInstance -Confirm:$false", ("box", box)).Clean<object>());
        Assert.Empty(_host.Run("Get-VastInstance").Clean<VastInstance>());
        VastCost cost = Assert.Single(_host.Run("$box | Get-VastCost", ("box", box)).Clean<VastCost>());
        Assert.True(cost.IsClosed);
        Assert.True(cost.TotalCost > 0);
    }

    [Fact]
    public async Task A_box_that_still_comes_up_is_to_be_waited_for_and_not_started()
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, BootTime = TimeSpan.FromHours(1) });
        using CmdletHost host = vast.Host();
        VastInstance box = Assert.Single(host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());

        ErrorRecord error = host.Run("$box | Invoke-VastCommand true", ("box", box)).OneError("VastInstanceNotRunning");

        Assert.StartsWith($"Instance {box.InstanceId} is provisioning and", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal($"Wait-VastInstance -InstanceId {box.InstanceId}", error.ErrorDetails.RecommendedAction);
        Assert.EndsWith(", provisioning", box.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Outbid", "it was outbid: its bid is ")]
    [InlineData("CreditOut", "the account is out of credit")]
    [InlineData("", "its contract ended at ")]
    public async Task What_the_server_stopped_is_told_by_its_cause_with_the_next_step(string fault, string cause)
    {
        await using SimulatedVast vast = await SimulatedVast.StartAsync(new SimOptions { Boxes = false, BootTime = TimeSpan.FromHours(1) });
        using CmdletHost host = vast.Host();
        string bid = fault == "Outbid" ? "-BidPerHour 9" : "";
        VastInstance box = Assert.Single(
            host.Run($"Get-VastOffer -GpuCount 1 -OrderBy PricePerHour -First 1 | {Rent} {bid}").Clean<VastInstance>());
        if (fault.Length > 0)
        {
            vast.Server.Faults.Set(fault, true);
        }
        else
        {
            await vast.Server.SetContractEndAsync(box.InstanceId, vast.Server.Clock.Now - TimeSpan.FromMinutes(1));
        }

        ErrorRecord error = host.Run("$box | Wait-VastInstance", ("box", box)).OneError("VastInstanceWillNotRun");
        Assert.Contains(cause, error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"-InstanceId {box.InstanceId}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_that_the_list_lacks_yet_is_listed_all_the_same()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        _vast.Server.Faults.Set("ListLacksNew:3600", true);
        Assert.Equal(box.InstanceId, Assert.Single(_host.Run("Get-VastInstance").Clean<VastInstance>()).InstanceId);
        _host.Run("$box | Remove-VastInstance -Confirm:$false", ("box", box)).Clean<object>();
        Assert.Empty(_host.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public void Two_slices_of_one_machine_are_rented_one_after_the_other()
    {
        VastOffer[] slices = [.. _host.Run("Get-VastOffer -GpuCount 1 -NoDefault").Clean<VastOffer>()
            .GroupBy(o => o.MachineId).First(g => g.Count() > 1).Take(2)];
        Assert.Equal(2, _host.Run($"$slices | {Rent}", ("slices", slices)).Clean<VastInstance>().Count);
    }

    [Fact]
    public async Task Another_host_key_is_trusted_on_purpose_alone_and_both_are_shown()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        _vast.Server.Faults.Set("HostKeyChanges", true);
        const string restart = "$box | Stop-VastInstance -WarningAction Ignore; $box | Start-VastInstance -Confirm:$false";
        _host.Run(restart, ("box", box)).Clean<VastInstance>();

        ErrorRecord error =
            _host.Run("$box | Wait-VastInstance -OnFailure Remove", ("box", box)).OneError("VastSshHostKeyChanged");
        Assert.Contains(
            $"Wait-VastInstance -InstanceId {box.InstanceId} -AcceptNewHostKey", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("running", Assert.Single(await _vast.Server.GetInstancesAsync()).Status);

        Ran accepted = _host.Run("$box | Wait-VastInstance -AcceptNewHostKey", ("box", box));
        Assert.Empty(accepted.Errors);
        Assert.Matches(
            "it was ssh-ed25519 SHA256:\\S+ and is now ssh-ed25519 SHA256:\\S+\\. The new one is trusted", Assert.Single(accepted.Warnings));
        Assert.Equal("ok", Assert.Single(_host.Run("$box | Invoke-VastCommand 'echo ok'", ("box", box)).Clean<VastCommandResult>()).Stdout);
    }

    [Theory]
    [InlineData("Test-VastRunFit -Workload $work", "")]
    [InlineData("Test-VastRunFit -Workload $work | Measure-VastRun", "")]
    [InlineData("Measure-VastRun -Workload $work", "")]
    [InlineData("Measure-VastRun -Workload $work", "-DiskGB 10")] // less than the run needs
    public void What_was_estimated_for_an_offer_is_evidence_for_the_instance(string estimate, string disk)
    {
        const string Work = "$work = New-VastWorkload Qwen2.5-7B QLoRA -BatchSize 1 -Steps 1000; ";
        Ran ran =
            _host.Run(
                $"{Work} Get-VastOffer 'RTX 4090' -GpuCount 1 -First 1 | {estimate} | New-VastInstance -Image i -MaxRuntime 2h {disk} "
                + $"-Confirm:$false");
        VastInstance box = Assert.Single(ran.Clean<VastInstance>());
        Evidence noted = Assert.Single(_host.Services.Evidence.All(box.InstanceId));
        Assert.Equal((EvidenceKind.Estimate, disk.Length == 0), (noted.Kind, noted.Passed));
        Assert.True(noted.Pace!.WorstRunTime > noted.Pace.RunTime);
        Assert.Equal(1000, noted.Pace.Steps);

        // The same is seen on the instance, at once, later, and by another session.
        VastInstance later = Assert.Single(_host.Run($"Get-VastInstance -InstanceId {box.InstanceId}").Clean<VastInstance>());
        using CmdletHost other = _vast.Host();
        VastInstance listed = other.Run("Get-VastInstance").Clean<VastInstance>().Single(i => i.InstanceId == box.InstanceId);
        foreach (VastRentalPurpose purpose in new[] { box, later, listed }.Select(i => i.RentedFor!))
        {
            Assert.Equal((noted.Passed, noted.Detail), (purpose.Fits, purpose.Estimate));
            Assert.StartsWith("QLoRA of ", purpose.Workload, StringComparison.Ordinal);
            Assert.Equal((noted.Pace.RunTime, noted.Pace.WorstRunTime), (purpose.ExpectedTime, purpose.PessimisticTime));
        }
    }

    [Fact]
    public void Without_an_estimate_nothing_is_noted_for_the_instance()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        Assert.Empty(_host.Services.Evidence.All(box.InstanceId));
        Assert.Null(box.RentedFor);
        Assert.Null(Assert.Single(_host.Run($"Get-VastInstance -InstanceId {box.InstanceId}").Clean<VastInstance>()).RentedFor);
    }

    [Fact]
    public void WhatIf_sends_reads_only()
    {
        Ran ran = _host.Run($"{Cheap} -First 1 | New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h -WhatIf");
        Assert.Empty(ran.Clean<object>());
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData("New-VastInstance -OfferId 1 -Image i -MaxRuntime 2h -DiskGB 20")]
    [InlineData("Start-VastInstance 1")]
    [InlineData("Remove-VastInstance 1")]
    public void A_host_that_cannot_prompt_gets_an_error_before_anything_is_sent(string command)
    {
        _host.Run(command).OneError("VastNeedsConfirmation");
        Assert.Empty(_vast.Requests);
    }

    [Fact]
    public void The_prompt_names_price_deadline_and_total()
    {
        var asked = new CaptureHost("No");
        using CmdletHost host = _vast.Host(asked);
        host.Run($"{Cheap} -First 1 | New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h").Clean<object>();
        string prompt = Assert.Single(asked.Prompts);
        Assert.Matches(@"for 0\.\d{4} USD/h all-in, until \d{4}-\d\d-\d\d \d\d:\d\d UTC at the latest, at most 0\.\d\d USD", prompt);
        Assert.Empty(_vast.Writes);
    }

    [Theory]
    [InlineData("-MaxRuntime 0s", "MaxRuntime")]
    [InlineData("-DiskGB 3", "DiskGB")]
    [InlineData("-DiskGB -5", "DiskGB")]
    [InlineData("-OfferId -7", "OfferId")]
    [InlineData("-Image 'a b'", "Image")]
    [InlineData("-Label 'a b'", "Label")]
    [InlineData("-BidPerHour -1", "BidPerHour")]
    [InlineData("-PriceTolerance 7", "PriceTolerance")]
    [InlineData("-Environment @{ '1 x' = 2 }", "Environment")]
    public void Bad_input_is_one_error_that_names_the_parameter(string arguments, string parameter)
    {
        string rest = string.Concat(new[] { "-MaxRuntime 2h", "-DiskGB 20", "-OfferId 5", "-Image i" }
            .Where(a => !arguments.StartsWith(a.Split(' ')[0] + " ", StringComparison.Ordinal)).Select(a => " " + a));
        Ran ran = _host.Run($"New-VastInstance {arguments}{rest} -Confirm:$false");
        Assert.Contains("-" + parameter, ran.OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_vast.Requests);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)] // the create never arrived
    [InlineData(FaultKind.DropAfter, 1)] // it did, and its answer was lost
    public void A_create_whose_answer_is_lost_leaves_one_instance_at_most(FaultKind fault, int left)
    {
        _vast.Server.Relay.Arm(fault, "PUT /api/v0/asks/", times: 1);
        Ran ran = _host.Run($"{Cheap} -First 1 | {Rent}");
        Assert.Equal(1, _vast.Requests.Count(r => r.Path.StartsWith("/api/v0/asks/", StringComparison.Ordinal)) + (left == 0 ? 1 : 0));
        Assert.Equal(left, _host.Run("Get-VastInstance").Clean<VastInstance>().Count);
        if (left == 1)
        {
            Assert.Single(ran.Clean<VastInstance>());
        }
        else
        {
            Assert.StartsWith(
                "Get-VastInstance -Label", ran.OneError("VastCreateUncertain").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_removal_that_the_server_ignores_is_an_error_that_names_the_instance()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        _vast.Server.Faults.Set(SimFault.DestroyIgnored, true);
        Ran ran =
            _host.Run("try { $box | Remove-VastInstance -Confirm:$false } catch { $_.FullyQualifiedErrorId; $_.ToString() }", ("box", box));
        Assert.StartsWith("VastDestroyNotConfirmed,", (string)ran.Output[0]!, StringComparison.Ordinal);
        Assert.Contains(
            box.InstanceId.ToString(System.Globalization.CultureInfo.InvariantCulture), (string)ran.Output[1]!, StringComparison.Ordinal);
    }

    [Fact]
    public void One_offer_that_is_gone_does_not_stop_the_others()
    {
        VastOffer[] offers = [.. _host.Run($"{Cheap} -First 40").Clean<VastOffer>().DistinctBy(o => o.MachineId).Take(2)];
        Ran ran = _host.Run($"$a, 999999999, $b | {Rent} | Wait-VastInstance", ("a", offers[0].OfferId), ("b", offers[1].OfferId));
        Assert.Equal("VastOfferGone", Assert.Single(ran.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(2, ran.Output.Count);
        Assert.All(ran.Output, o => Assert.Equal(VastInstanceState.Running, ((VastInstance)o!).State));
    }

    [Fact]
    public void Stopping_says_what_the_disk_costs_and_starting_brings_the_box_back()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance").Clean<VastInstance>());
        Ran stopped = _host.Run("$box | Stop-VastInstance -PassThru", ("box", box));
        Assert.Equal(VastMeters.Disk, Assert.Single(stopped.Clean<VastInstance>()).Meters);
        Assert.Contains("USD per day", Assert.Single(stopped.Warnings), StringComparison.Ordinal);

        VastInstance again =
            Assert.Single(_host.Run("$box | Start-VastInstance -Confirm:$false | Wait-VastInstance", ("box", box)).Clean<VastInstance>());
        Assert.Equal(VastInstanceState.Running, again.State);
        Assert.NotEqual(box.SshAddresses[0].Port, again.SshAddresses[0].Port);
    }

    [Fact]
    public void A_stranger_is_removed_only_by_force()
    {
        VastInstance box = Assert.Single(_host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        _vast.Services().Api.SetLabelAsync(box.InstanceId, "somebody else's", default).GetAwaiter().GetResult();
        _host.Run("$box | Remove-VastInstance -Confirm:$false", ("box", box)).OneError("VastInstanceForeign");
        Assert.Single(_host.Run("Get-VastInstance").Clean<VastInstance>());
        _host.Run("$box | Remove-VastInstance -Force -Confirm:$false", ("box", box)).Clean<object>();
        Assert.Empty(_host.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Theory]
    [InlineData(SimFault.OciFailure, "VastInstanceWillNotRun")]
    [InlineData(SimFault.PullLimit, "VastInstanceWillNotRun")]
    public void A_box_that_cannot_come_up_ends_the_wait_at_once_with_its_cause(SimFault fault, string id)
    {
        _vast.Server.Faults.Set(fault, true);
        Ran ran = _host.Run($"{Cheap} -First 1 | {Rent} | Wait-VastInstance -OnFailure Remove");
        Assert.Contains("It was removed", ran.OneError(id).Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Run("Get-VastInstance").Clean<VastInstance>());
    }

    [Fact]
    public void A_ghost_of_a_failed_create_is_removed_and_reported()
    {
        _vast.Server.Faults.Set(SimFault.CreateFailsButRents, true);
        _host.Run($"{Cheap} -First 1 | {Rent}").OneError("VastCreateLeftGhost");
        Wait.Until(() => _host.Run("Get-VastInstance").Output.Count == 0, TimeSpan.FromSeconds(10), "the ghost to go");
    }

    [Fact]
    public void A_stop_while_waiting_returns_within_a_second_and_says_what_is_still_rented()
    {
        var shown = new CaptureHost("Yes");
        using CmdletHost host = _vast.Host(shown);
        _vast.Server.Faults.Set(SimFault.StuckLoading, true);
        VastInstance box = Assert.Single(host.Run($"{Cheap} -First 1 | {Rent}").Clean<VastInstance>());
        int before = _vast.Requests.Count;
        (Ran _, TimeSpan took) = host.RunAndStop("$box | Wait-VastInstance", () => _vast.Requests.Count > before, ("box", box));
        Promptly.Back(took);
        Assert.Contains("still rented", shown.Shown, StringComparison.Ordinal);
    }
}
