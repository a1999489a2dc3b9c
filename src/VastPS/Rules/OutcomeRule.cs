using System.Text.RegularExpressions;

namespace VastPS.Rules;

/// <summary>What the box wrote down about the end of a run.</summary>
/// <param name="Code">The command's exit code, 128+n for signal n; null where nobody wrote it down.</param>
/// <param name="Why">"limit" or "stop" where the run was ended on purpose; else empty.</param>
/// <param name="OomKills">How many processes the kernel killed for memory during the run; null where the box does not count.</param>
/// <param name="HasRebooted">True where the box was started anew since.</param>
/// <param name="LogTail">The last lines of the log.</param>
internal sealed record EndFacts(int? Code, string Why, long? OomKills, bool HasRebooted, string LogTail);

/// <summary>Names the end of a run. Completed needs a written code 0 and nothing that speaks against it.</summary>
internal static partial class OutcomeRule
{
    private const int ByTimeLimit = 124;
    private const int ByKill = 137;

    /// <summary>The outcome with the facts behind it.</summary>
    public static (VastRunOutcome Outcome, IReadOnlyList<string> Evidence) Judge(EndFacts end)
    {
        string code = end.Code is { } c ? FormattableString.Invariant($"exit code {c}") : "no exit code was written";
        return end switch
        {
            { Why: "limit" } => (VastRunOutcome.TimedOut, [$"its time limit ended it ({code})"]),
            { Why: "stop" } => (VastRunOutcome.Killed, [$"ended by Stop-VastRun ({code})"]),
            { Code: null, HasRebooted: true } => (VastRunOutcome.Killed, ["its processes are gone: the box was started anew"]),
            { Code: null, OomKills: > 0 } => (VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
            { Code: null } => (VastRunOutcome.Killed, ["its processes are gone and " + code]),
            { Code: 0 } => (VastRunOutcome.Completed, [code]),
            _ when CudaMemory().Match(end.LogTail) is { Success: true } said => (VastRunOutcome.OutOfMemory, [code, "log: " + said.Value.Trim()]),
            { Code: ByKill, OomKills: > 0 } => (VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
            { Code: 129 or 130 or ByKill or 143 } => (VastRunOutcome.Killed, [FormattableString.Invariant($"{code}: signal {end.Code - 128}"), .. LastLine(end.LogTail)]),
            _ => (VastRunOutcome.Failed, [code, .. LastLine(end.LogTail)]),
        };
    }

    /// <summary>A code for scheduled tasks: 0 for Completed alone.</summary>
    public static int ExitCode(VastRunOutcome outcome, int? code) => outcome switch
    {
        VastRunOutcome.Completed => 0,
        VastRunOutcome.TimedOut => ByTimeLimit,
        VastRunOutcome.Stalled => 75,
        VastRunOutcome.Contradicted => 76,
        VastRunOutcome.Removed => 77,
        VastRunOutcome.LostContact => 78,
        _ => code is { } own and not 0 ? own : ByKill,
    };

    private static string MemoryKills(long count) =>
        FormattableString.Invariant($"the kernel killed {count} process(es) of the box for system memory (not VRAM) during the run");

    private static IEnumerable<string> LastLine(string tail) =>
        tail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? ["log: " + last] : [];

    [GeneratedRegex(@"[^\n]*(CUDA out of memory|OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED)[^\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex CudaMemory();
}
