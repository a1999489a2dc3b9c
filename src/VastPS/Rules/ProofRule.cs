namespace VastPS.Rules;

/// <summary>One thing that was shown about an instance, the last of its kind.</summary>
/// <param name="Passed">How it came out.</param>
/// <param name="Detail">One line for people.</param>
internal sealed record Proof(bool Passed, string Detail);

/// <summary>The real run comes after the proof: a passed smoke test, and no failed check or estimate.</summary>
internal static class ProofRule
{
    /// <summary>What speaks against the start with the command that would help; null where nothing does.</summary>
    public static (string Why, string Next)? Lacking(long instanceId, Proof? estimate, Proof? checks, Proof? smoke) => (estimate, checks, smoke) switch
    {
        ({ Passed: false } said, _, _) => ($"its estimate says no ({said.Detail})", $"Get-VastInstance {instanceId} | Test-VastRunFit -Workload $work"),
        (_, { Passed: false } said, _) => ($"its checks failed ({said.Detail})", $"Test-VastInstance -InstanceId {instanceId}"),
        (_, _, { Passed: false } said) => ($"its smoke test failed ({said.Detail})", $"Invoke-VastSmokeTest -InstanceId {instanceId} -Command '<your command, 50 steps>'"),
        (_, _, null) => ("no smoke test has passed on it", $"Invoke-VastSmokeTest -InstanceId {instanceId} -Command '<your command, 50 steps>'"),
        _ => null,
    };
}
