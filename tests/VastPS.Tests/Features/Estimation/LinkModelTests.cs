using VastPS.Basics;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class LinkModelTests
{
    // The board is a fact, the measured number is missing on half of the machines: both must give the same time.
    [Theory]
    [InlineData("H100 SXM", 478.0)]
    [InlineData("H100 NVL", 318.0)]
    [InlineData("A100 SXM4", 240.0)]
    [InlineData("H200", 450.0)]
    public void Boards_of_one_kind_do_not_differ_by_what_was_not_measured(string name, double measured)
    {
        Three with = Step(name, 2, Nvlink.Of(name, measured)), without = Step(name, 2, Nvlink.Of(name, 0));

        Assert.InRange(without.Base / with.Base, 0.5, 2);
        Assert.InRange(without.Pessimistic / with.Pessimistic, 0.5, 2);
    }

    // A bridge joins two cards; four on one machine talk over PCIe as well.
    [Fact]
    public void A_bridge_joins_two() =>
        Assert.True(LinkModel.BytesPerSecond("H100 NVL", 2, true).Base > 2 * LinkModel.BytesPerSecond("H100 NVL", 4, true).Base);

    [Theory]
    [InlineData("RTX 4090", true)]
    [InlineData("RTX 3090 Ti", true)]
    [InlineData("GTX 1080", true)]
    [InlineData("RTX 2080S", true)]
    [InlineData("RTX 6000Ada", false)]
    [InlineData("RTX A6000", false)]
    [InlineData("RTX PRO 6000 WS", false)]
    [InlineData("L40S", false)]
    [InlineData("A100 PCIE", false)]
    public void GeForce_cards_go_through_the_host(string name, bool slow) =>
        Assert.Equal(slow, LinkModel.BytesPerSecond(name, 2, false).Base < LinkModel.BytesPerSecond("L40", 2, false).Base);

    [Fact]
    public void Where_nobody_knows_only_the_best_case_has_the_link()
    {
        Three unknown = LinkModel.BytesPerSecond("RTX A6000", 2, null);

        Assert.Equal(LinkModel.BytesPerSecond("RTX A6000", 2, true).Optimistic, unknown.Optimistic);
        Assert.Equal(LinkModel.BytesPerSecond("RTX A6000", 2, false).Base, unknown.Base);
    }

    private static Three Step(string name, int gpus, bool? linked) => new StepModel(
        Works.Of("Qwen/Qwen2.5-7B", VastRunMethod.Full, d => d.Sharding = VastSharding.Zero3), GpuTable.Find(name, null)!, gpus, linked).Seconds();
}
