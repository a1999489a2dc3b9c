using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Tests.Features.Estimation;

namespace VastPS.Tests.Basics;

public sealed class NvlinkTests
{
    [Theory]
    [InlineData("H100 SXM", 0.0, true)]
    [InlineData("A100 SXM4", null, true)]
    [InlineData("A100_SXM4", 0.0, true)]
    [InlineData("B300 SXM6 AC", 0.0, true)]
    [InlineData("Tesla V100-SXM2-32GB", 0.0, true)]
    [InlineData("H100 NVL", 0.0, true)]
    [InlineData("H200", 0.0, true)]
    [InlineData("H200 NVL", 0.0, true)]
    [InlineData("B200", 0.0, true)]
    [InlineData("GH200", 0.0, true)]
    [InlineData("HGX H20", 0.0, true)]
    [InlineData("MI300X", 0.0, true)]
    [InlineData("RTX 3090", 112.0, true)]
    [InlineData("RTX 3090", 0.0, null)]
    [InlineData("RTX A6000", 0.0, null)]
    [InlineData("A100 PCIE", 0.0, null)]
    [InlineData("Q RTX 8000", 0.0, null)]
    [InlineData("Tesla V100", 0.0, null)]
    [InlineData(null, 0.0, null)]
    [InlineData("RTX 4090", 0.0, false)]
    [InlineData("RTX 5090", null, false)]
    [InlineData("RTX 6000Ada", 0.0, false)]
    [InlineData("L40S", 0.0, false)]
    [InlineData("RTX PRO 6000 WS", 0.0, false)]
    public void The_board_says_what_the_measurement_does_not(string? name, double? measured, bool? expected) =>
        Assert.Equal(expected, Nvlink.Of(name, measured));

    [Fact]
    public void Every_offer_with_that_board_is_computed_with_the_link()
    {
        Assert.True(Machine.Of(new VastOffer { GpuName = "H100 SXM", NvlinkGBps = 0 }).HasNvlink);
        Assert.True(Machine.Of(new VastInstance { GpuName = "H100 SXM", NvlinkGBps = 0 }).HasNvlink);
        Assert.Null(Machine.Of(new VastOffer { GpuName = "RTX 3090", NvlinkGBps = 0 }).HasNvlink);
    }

    [Fact]
    public void What_nobody_knows_makes_the_range_wide()
    {
        VastWorkload work = Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.Sharding = VastSharding.Zero3);
        Three Seconds(bool? nvlink) => new StepModel(work, GpuTable.Find("A100 PCIE", 80)!, 4, nvlink).Seconds();
        Assert.Equal(Seconds(true).Optimistic, Seconds(null).Optimistic);
        Assert.Equal((Seconds(false).Base, Seconds(false).Pessimistic), (Seconds(null).Base, Seconds(null).Pessimistic));
        Assert.True(Seconds(null).Optimistic < Seconds(false).Optimistic);
    }
}
