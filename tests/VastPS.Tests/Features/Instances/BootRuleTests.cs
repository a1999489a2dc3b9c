using VastPS.Features.Instances;

namespace VastPS.Tests.Features.Instances;

public sealed class BootRuleTests
{
    private const string Running = "running";

    // Seconds that it has been seen like this; true where it was seen to load or run before.
    [Theory]
    [InlineData(VastInstanceState.Loading, "Pulling from pytorch/pytorch", 9999, true, null)]
    [InlineData(VastInstanceState.Provisioning, "", 9999, false, null)]
    [InlineData(
        VastInstanceState.Created,
        "OCI runtime create failed: nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8",
        0,
        false,
        "newer CUDA")]
    [InlineData(VastInstanceState.Loading, "toomanyrequests: You have reached your pull rate limit", 0, false, "limits pulls")]
    [InlineData(VastInstanceState.Loading, "manifest unknown: manifest unknown", 0, false, "does not exist")]
    [InlineData(VastInstanceState.Loading, "write /var/lib/docker/tmp: no space left on device", 0, false, "disk is full")]
    [InlineData(VastInstanceState.Running, "pull access denied", 9999, true, null)]
    [InlineData(VastInstanceState.Starting, "manifest unknown", 0, false, null)] // said of an earlier start
    [InlineData(VastInstanceState.Starting, "", 0, true, null)]
    [InlineData(VastInstanceState.Starting, "", 119, true, null)]
    [InlineData(VastInstanceState.Starting, "", 120, true, "container ended")]
    [InlineData(VastInstanceState.Starting, "", 599, false, null)] // a start may not show for minutes
    [InlineData(VastInstanceState.Starting, "", 600, false, "not begun to start")]
    [InlineData(VastInstanceState.Exited, "manifest unknown", 119, true, null)]
    [InlineData(VastInstanceState.Exited, "", 120, true, "container ended")]
    [InlineData(VastInstanceState.Exited, "", 600, false, "not begun to start")]
    [InlineData(VastInstanceState.Loading, "UNAUTHORIZED: authentication required", 0, true, "private or misspelt")]
    [InlineData(VastInstanceState.Loading, "Error response from daemon: Get https://registry: TLS handshake timeout", 299, true, null)]
    [InlineData(VastInstanceState.Loading, "Error response from daemon: Get https://registry: TLS handshake timeout", 300, true, "refused for 5m")]
    [InlineData(VastInstanceState.Offline, "no space left on device", 0, true, "disk is full")]
    [InlineData(VastInstanceState.Frozen, "", 9999, true, null)]
    [InlineData(VastInstanceState.Rebooting, "", 9999, true, null)]
    [InlineData(VastInstanceState.Unknown, "", 9999, true, null)]
    [InlineData(VastInstanceState.Offline, "", 299, true, null)]
    [InlineData(VastInstanceState.Offline, "", 300, true, "offline")]
    [InlineData(VastInstanceState.NoHeartbeat, "", 299, true, null)]
    [InlineData(VastInstanceState.NoHeartbeat, "", 300, true, "no sign of life")]
    public void A_boot_is_given_up_only_for_signs_that_are_final(
        VastInstanceState state, string message, int seconds, bool wasUp, string? cause) =>
        Says(
            cause,
            new VastInstance { State = state, StatusMessage = message, ContractState = Running, IntendedState = Running },
            seconds,
            wasUp);

    [Theory]
    [InlineData(VastInstanceState.Stopped, "stopped", "stopped", 0, null)] // a start may be on its way to the list
    [InlineData(VastInstanceState.Stopped, "stopped", "stopped", 3, "it is stopped")]
    [InlineData(VastInstanceState.Loading, "stopped", "stopped", 3, "it is stopped")]
    [InlineData(VastInstanceState.Starting, "stopped", Running, 9999, null)] // waits for its GPU
    [InlineData(VastInstanceState.Loading, "stopped", Running, 9999, null)] // the same, before its first run
    [InlineData(VastInstanceState.Loading, Running, "stopped", 9999, null)] // a stop that has not reached the contract
    public void A_contract_that_stopped_by_itself_never_boots(
        VastInstanceState state, string contract, string intended, int seconds, string? cause) =>
        Says(cause, new VastInstance { State = state, ContractState = contract, IntendedState = intended }, seconds, true);

    [Theory]
    [InlineData("manifest unknown", "New-VastInstance with an -Image")]
    [InlineData("pull access denied for org/private", "New-VastInstance with an -Image")]
    [InlineData("no space left on device", "Get-VastOffer, and take another machine")]
    [InlineData("OCI runtime create failed", "Get-VastOffer, and take another machine")]
    public void What_to_do_depends_on_whose_fault_it_is(string message, string next)
    {
        string said = BootRule.Next(new VastInstance { InstanceId = 7, StatusMessage = message });
        Assert.StartsWith("Remove-VastInstance -InstanceId 7, then ", said, StringComparison.Ordinal);
        Assert.Contains(next, said, StringComparison.Ordinal);
    }

    private static void Says(string? cause, VastInstance seen, int seconds, bool wasUp)
    {
        string? said = BootRule.FatalCause(seen, TimeSpan.FromSeconds(seconds), wasUp);
        if (cause is null)
        {
            Assert.Null(said);
        }
        else
        {
            Assert.Contains(cause, said, StringComparison.Ordinal);
        }
    }
}
