namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>The beginning of a commit's hash, as git shows it.</summary>
    public static string Short(string commit) => commit[..Math.Min(12, commit.Length)];

    /// <summary>What became of the set-up command: done now, done before, or none was given.</summary>
    public static string SetUp(VastSetupResult result) => result.SetupExitCode is null ? "none" : result.IsSetupRun ? "done" : "before";
}
