using System.Text.RegularExpressions;

namespace VastPS.Rules;

/// <summary>What the box wrote down about the end of a run.</summary>
/// <param name="Code">The command's exit code, 128+n for signal n; null where nobody wrote it down.</param>
/// <param name="Why">"limit" or "stop" where the run was ended on purpose, "left" where processes outlived the command; else empty.</param>
/// <param name="OomKills">How many processes the kernel killed for memory during the run; null where the box does not count.</param>
/// <param name="HasRebooted">True where the box was started anew since.</param>
/// <param name="LogTail">The last lines of the log.</param>
internal sealed record EndFacts(int? Code, string Why, long? OomKills, bool HasRebooted, string LogTail);

/// <summary>Names the end of a run. Completed needs a written code 0 and nothing that speaks against it.</summary>
internal static partial class OutcomeRule
{
    private const int ByTimeLimit = 124;
    private const int ByKill = 137;

    // PyTorch's word for a worker of its data loader that is gone; the training itself ends with code 1.
    private const string LoaderKilled = "is killed by signal: Killed";

    /// <summary>The outcome with the facts behind it.</summary>
    public static (VastRunOutcome Outcome, IReadOnlyList<string> Evidence) Judge(EndFacts end)
    {
        string code = end.Code is { } c ? FormattableString.Invariant($"exit code {c}") : "no exit code was written";
        return end switch
        {
            { Why: "limit" } => (VastRunOutcome.TimedOut, [$"its time limit ended it ({code})"]),
            { Why: "stop" } => (VastRunOutcome.Killed, [$"ended by Stop-VastRun ({code})"]),
            { Code: null, HasRebooted: true } => (VastRunOutcome.Killed, ["its processes are gone: the box was started anew, and " + code]),
            { Code: null, OomKills: > 0 } => (VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
            { Code: null } => (VastRunOutcome.Killed, ["its processes are gone and " + code]),
            { Code: 0, Why: "left" } => (VastRunOutcome.Killed, [
                code + ", but the command left processes in the background, and nobody wrote down how those ended",
                "started in the foreground, the training's own exit code is the run's"]),
            { Code: 0 } when !Traceback().IsMatch(end.LogTail) => (VastRunOutcome.Completed, [code]),
            _ when GpuMemory().Match(end.LogTail) is { Success: true } said => (VastRunOutcome.OutOfMemory, [code, "log: " + said.Value.Trim()]),
            { OomKills: > 0 } when end.Code == ByKill || end.LogTail.Contains(LoaderKilled, StringComparison.Ordinal) => (VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
            _ when HostMemory().Match(end.LogTail) is { Success: true } said => (VastRunOutcome.OutOfHostMemory, [code, "log: " + said.Value.Trim(), .. end.OomKills > 0 ? [MemoryKills(end.OomKills.Value)] : Array.Empty<string>()]),
            { Code: 0 } => (VastRunOutcome.Failed, [code + ", but the log ends in an error: a pipe or || hides a code", .. LastLine(end.LogTail)]),
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
        VastRunOutcome.Killed when code == 0 => ByKill,
        _ => code switch { null => ByKill, 0 => 1, { } own => own },
    };

    private static string MemoryKills(long count) =>
        FormattableString.Invariant($"the kernel killed {count} process(es) of the box for system memory (not VRAM) during the run");

    private static IEnumerable<string> LastLine(string tail) =>
        tail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [.., var last] ? ["log: " + last] : [];

    [GeneratedRegex(@"[^\n]*(CUDA(?: error:)? out of memory|HIP out of memory|(?<!ray\.exceptions\.|java\.lang\.)OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED)[^\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex GpuMemory();

    // What Python, C++, PyTorch, Ray, Java and the system's tools say when they are given no more memory.
    [GeneratedRegex(@"[^\n]*(\b_?(?:Array)?MemoryError\b|std::bad_alloc|DefaultCPUAllocator: (?:can't allocate|not enough) memory|(?:ray\.exceptions|java\.lang)\.OutOfMemoryError|Cannot allocate memory|memory exhausted)[^\n]*")]
    private static partial Regex HostMemory();

    // A Python error as the last thing in the log.
    [GeneratedRegex(@"Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)+[A-Za-z_][\w.]*(?:: [^\n]*)?\s*\z")]
    private static partial Regex Traceback();
}
