namespace VastPS.Kernel.Shell;

/// <summary>Makes one error of the failures of several instances, where a command can give only one.</summary>
internal static class Failures
{
    /// <summary>Several failures as one error that names every instance.</summary>
    /// <param name="failures">One at least.</param>
    /// <param name="also">What else must be said.</param>
    public static VastException Together(IReadOnlyList<VastException> failures, string also = "") => new(
        VastReason.InstancesFailed,
        string.Join(", ", failures.Select(f => f.Target).Distinct()),
        string.Join(" ", failures.Select(VastErrors.Sentence)) + also);
}
