using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Transfer;

internal sealed class TransferScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Send, Asks.Instance, "$box | Send-VastItem $here/train.sh code -PassThru"),
        new(Moment.Receive, Asks.Instance, "$box | Receive-VastItem code/train.sh $here/back -PassThru"),
    ];
}
