namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>What did not pass, and what nobody knows.</summary>
    /// <param name="open">What did not pass, joined.</param>
    /// <param name="unmeasured">What could not be measured, joined.</param>
    public static string NotPassed(string? open, string? unmeasured) => string.Join("; ", new[]
    {
        open, string.IsNullOrEmpty(unmeasured) ? "" : "unknown: " + unmeasured,
    }.Where(t => !string.IsNullOrEmpty(t)));

    /// <summary>The beginning of a commit's hash, as git shows it.</summary>
    public static string Short(string commit) => commit[..Math.Min(12, commit.Length)];

    /// <summary>What became of the set-up command: done now, done before, or none was given.</summary>
    public static string SetUp(VastSetupResult result) => result.SetupExitCode is null ? "none" : result.IsSetupRun ? "done" : "before";
}
