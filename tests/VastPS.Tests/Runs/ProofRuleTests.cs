using VastPS.Rules;

namespace VastPS.Tests.Runs;

/// <summary>Only then the real run.</summary>
public sealed class ProofRuleTests
{
    [Theory]
    [InlineData(null, null, null, "Invoke-VastSmokeTest")]
    [InlineData(null, null, false, "Invoke-VastSmokeTest")]
    [InlineData(null, true, null, "Invoke-VastSmokeTest")]
    [InlineData(null, false, true, "Test-VastInstance")]
    [InlineData(false, true, true, "Test-VastRunFit")]
    [InlineData(null, null, true, null)]
    [InlineData(true, true, true, null)]
    public void The_lacking_proof_is_named_with_the_command_for_it(bool? estimate, bool? checks, bool? smoke, string? command)
    {
        Proof? Of(bool? passed) => passed is { } p ? new Proof(p, "because") : null;
        (string Why, string Next)? lacking = ProofRule.Lacking(7, Of(estimate), Of(checks), Of(smoke));
        Assert.Equal(command is null, lacking is null);
        if (lacking is { } l)
        {
            Assert.StartsWith(command!, l.Next.Split(" | ")[^1], StringComparison.Ordinal);
            Assert.Contains("7", l.Next, StringComparison.Ordinal);
        }
    }
}
