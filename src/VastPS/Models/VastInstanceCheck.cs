using VastPS.Basics;

namespace VastPS;

/// <summary>What all checks of one instance came to.</summary>
public sealed class VastInstanceCheck
{
    internal VastInstanceCheck()
    {
    }

    /// <summary>The instance that was checked.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The machine it runs on.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>Fail where one check failed, Unknown where one that decides could not be measured, else the worst of all.</summary>
    public VastCheckStatus Status { get; internal init; }

    /// <summary>True where Status is Pass.</summary>
    public bool IsPassed => Status == VastCheckStatus.Pass;

    /// <summary>How long the checks took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The checks in the order they were made.</summary>
    public IReadOnlyList<VastCheckResult> Checks { get; internal init => field = Joined.Of(value); } = Joined.None<VastCheckResult>();

    /// <summary>What did not pass, the names alone; optional checks that could not be measured are left out.</summary>
    public IReadOnlyList<string> Open => Joined.Of<string>([.. Checks.Where(c => c.Status != VastCheckStatus.Pass
        && c is not { IsOptional: true, Status: VastCheckStatus.Unknown }).Select(c => $"{c.Name} {c.Status}")]);

    /// <summary>The names of the checks that could not be measured: nobody knows about these.</summary>
    public IReadOnlyList<string> Unmeasured =>
        Joined.Of<string>([.. Checks.Where(c => c.Status == VastCheckStatus.Unknown).Select(c => c.Name)]);

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"instance {InstanceId}: {Status}{(Open.Count == 0 ? "" : ", ")}{string.Join(", ", Open)}");
}
