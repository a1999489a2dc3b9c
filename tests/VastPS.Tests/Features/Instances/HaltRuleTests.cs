using VastPS.Features.Instances;

namespace VastPS.Tests.Features.Instances;

/// <summary>Outbid, out of credit and an ended contract look the same in the states: what tells them apart, and what comes next.</summary>
public sealed class HaltRuleTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true, 0.5, 10.0, 24, "Outbid", "its bid is 0.2000 USD/h, and 0.5000 USD/h wins now", "Wait-VastInstance -InstanceId 7")]
    [InlineData(true, 0.1, 10.0, 24, "Outbid", "its bid of 0.2000 USD/h lost", "starts again by itself")]
    [InlineData(true, null, null, 24, "Outbid", "outbid", "Remove-VastInstance -InstanceId 7")]
    [InlineData(true, 0.5, 0.0, 24, "CreditOut", "out of credit (0.00 USD)", "Start-VastInstance -InstanceId 7")]
    [InlineData(false, 0.5, -1.2, 24, "CreditOut", "(-1.20 USD)", "cloud.vast.ai/billing")]
    [InlineData(false, 0.5, 10.0, 0, "ContractEnded", "ended at 2026-11-29 12:00 UTC", "rent another")]
    [InlineData(true, 0.5, -1.0, -1, "ContractEnded", "48 h", "Remove-VastInstance -InstanceId 7")]
    [InlineData(false, 0.5, 10.0, 24, "Unknown", "stopped elsewhere", "Start-VastInstance -InstanceId 7")]
    [InlineData(false, null, null, null, "Unknown", "nobody started it", "Start-VastInstance -InstanceId 7")]
    public void The_cause_and_the_next_step(
        bool isBid, double? winning, double? credit, int? hoursLeft, string cause, string why, string next)
    {
        Halt halt = HaltRule.Judge(
            new VastInstance
            {
                InstanceId = 7,
                IsInterruptible = isBid,
                GpuPricePerHour = 0.2m,
                WinningBidPerHour = (decimal?)winning,
                ContractEnd = hoursLeft is { } hours ? s_now.AddHours(hours) : null,
            },
            (decimal?)credit,
            s_now);
        Assert.Equal(cause, halt.Cause.ToString());
        Assert.Contains(why, halt.Why, StringComparison.Ordinal);
        Assert.Contains(next, halt.Next, StringComparison.Ordinal);
    }
}
