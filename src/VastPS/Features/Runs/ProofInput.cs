using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>From the estimate and the smoke test that were typed to what they say about an instance.</summary>
internal static class ProofInput
{
    /// <summary>The estimate or fit itself; anything else is InvalidValue.</summary>
    public static object? Estimate(object? typed, string parameter)
    {
        object? given = typed is PSObject wrapped ? wrapped.BaseObject : typed;
        Check.That(
            given is null or VastRunEstimate or VastRunFit,
            given,
            parameter,
            Texts.NotAnEstimate,
            $"-{parameter} ($box | Measure-VastRun -Workload $work)");
        return given;
    }

    /// <summary>What an estimate says about the instance; ProofElsewhere where it is about another.</summary>
    public static RunForecast? Forecast(object? given, VastInstance instance) => given switch
    {
        VastRunEstimate estimate => RunForecast.Of(estimate, instance)
            ?? throw Elsewhere(instance, "estimate", Internal._Format.Subject(estimate), "Measure-VastRun -Workload $work"),
        VastRunFit fit => RunForecast.Of(fit, instance) ?? throw Elsewhere(
            instance,
            "estimate",
            Internal._Format.Subject(fit) is { Length: > 0 } of ? of : "bare numbers",
            "Test-VastRunFit -Workload $work"),
        _ => null,
    };

    /// <summary>The smoke test; ProofElsewhere where it was made on another instance.</summary>
    public static VastSmokeResult? About(VastSmokeResult? smoke, VastInstance instance) =>
        smoke is null || smoke.InstanceId == instance.InstanceId ? smoke
        : throw new VastException(
            VastReason.ProofElsewhere,
            instance.InstanceId,
            "smoke test",
            $"instance {smoke.InstanceId}",
            $"Invoke-VastSmokeTest -InstanceId {instance.InstanceId} -Command '<your command, 50 steps>'");

    private static VastException Elsewhere(VastInstance instance, string what, string about, string command) =>
        new(VastReason.ProofElsewhere, instance.InstanceId, what, about, $"Get-VastInstance -InstanceId {instance.InstanceId} | {command}");
}
