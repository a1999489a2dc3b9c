namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Why a check did not pass, and what to do about it, whole.</summary>
    public static string CheckNote(VastCheckResult check) =>
        string.Join(": ", new[] { check.Note, check.Fix }.Where(t => t.Length > 0));

    /// <summary>What did not pass, and what nobody knows.</summary>
    public static string NotPassed(VastInstanceCheck check) => string.Join("; ", new[]
    {
        string.Join(", ", check.Open), check.Unmeasured.Count > 0 ? "unknown: " + string.Join(", ", check.Unmeasured) : "",
    }.Where(t => t.Length > 0));

    /// <summary>The beginning of a commit's hash, as git shows it.</summary>
    public static string Short(string commit) => commit[..Math.Min(12, commit.Length)];

    /// <summary>What became of the set-up command: done now, done before, or none was given.</summary>
    public static string SetUp(VastSetupResult result) => result.SetupExitCode is null ? "none" : result.IsSetupRun ? "done" : "before";
}
