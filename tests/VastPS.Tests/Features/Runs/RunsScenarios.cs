using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

internal sealed class RunsScenarios : IFeatureScenarios
{
    public IReadOnlyList<Scenario> InOrder { get; } =
    [
        new(Moment.Run, Asks.Instance, "$box | Invoke-VastSmokeTest 'sh ~/code/train.sh' -Steps 1"),
        new(Moment.Run, Asks.Instance, "$box | Start-VastRun 'sh ~/code/train.sh' -MaxRuntime 1h -Environment @{ A = 'b' }"),
        new(Moment.Run, Asks.Instance, "$run | Get-VastRun"),
        new(Moment.Run, Asks.Instance, "$run | Receive-VastRunLog"),
        new(Moment.Run, Asks.Instance, "$run | Get-VastRunMetric"),
        new(Moment.Run, Asks.Instance, "$run | Show-VastRunMetric -Metric *"),
        new(Moment.Run, Asks.Instance, "$run | Test-VastRun -SampleTime 1s"),
        new(Moment.Run, Asks.Instance, "$run | Get-VastRunCheckpoint -Path code"),
        new(Moment.Run, Asks.Instance, "$run | Set-VastRun -MaxRuntime 2h"),
        new(Moment.Run, Asks.Instance, "Stop-VastRun *") { Piped = "Stop-VastRun" },
        new(
            Moment.Finish,
            Asks.Instance,
            "$run | Wait-VastRun -OnFinish Stop -ReceivePath code -Destination $here -PollInterval 1s -LostAfter 4s"),
    ];
}
