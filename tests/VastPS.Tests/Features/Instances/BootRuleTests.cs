using VastPS.Features.Instances;

namespace VastPS.Tests.Features.Instances;

public sealed class BootRuleTests
{
    [Theory]
    [InlineData(VastInstanceState.Loading, "Pulling from pytorch/pytorch", null)]
    [InlineData(VastInstanceState.Provisioning, "", null)]
    [InlineData(VastInstanceState.Created, "OCI runtime create failed: nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8", "newer CUDA")]
    [InlineData(VastInstanceState.Loading, "toomanyrequests: You have reached your pull rate limit", "limits pulls")]
    [InlineData(VastInstanceState.Loading, "manifest unknown: manifest unknown", "does not exist")]
    [InlineData(VastInstanceState.Loading, "write /var/lib/docker/tmp: no space left on device", "disk is full")]
    [InlineData(VastInstanceState.Exited, "", "main process ended")]
    [InlineData(VastInstanceState.Offline, "", "offline")]
    [InlineData(VastInstanceState.NoHeartbeat, "", "no sign of life")]
    public void A_boot_is_given_up_only_for_signs_that_are_final(VastInstanceState state, string message, string? cause)
    {
        string? said = BootRule.FatalCause(new VastInstance { State = state, StatusMessage = message, ContractState = "running", IntendedState = "running" });
        if (cause is null)
        {
            Assert.Null(said);
        }
        else
        {
            Assert.Contains(cause, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_contract_that_stopped_by_itself_never_boots()
    {
        var outbid = new VastInstance { State = VastInstanceState.Stopped, ContractState = "stopped", IntendedState = "stopped" };
        Assert.Contains("outbid", BootRule.FatalCause(outbid), StringComparison.Ordinal);
    }
}
