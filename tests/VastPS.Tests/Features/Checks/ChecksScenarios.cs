using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Checks;

internal sealed class ChecksScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Check, Asks.Instance, "$box | Test-VastGpu"),
        new(Moment.Check, Asks.Instance, "$box | Test-VastMemory"),
        new(Moment.Check, Asks.Instance, "$box | Test-VastDisk -MinFreeGB 0.1"),
        new(Moment.Check, Asks.Instance, "$box | Test-VastBandwidth -SampleCount 1 -SampleTime 1s"),
        new(Moment.Check, Asks.Instance, "$box | Test-VastInstance -Uri $link -Summary"),
        new(Moment.SetUp, Asks.Instance, "$box | Initialize-VastInstance $repo 47fad5cf -Path copy -SetupCommand 'env'"),
    ];
}
