using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

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
            { Code: 0 } when !(end.OomKills > 0) && !EndsInError(end.LogTail) => (VastRunOutcome.Completed, [code]),
            _ when GpuMemory().Match(end.LogTail) is { Success: true } said => (VastRunOutcome.OutOfMemory, [code, "log: " + said.Value.Trim()]),
            { OomKills: > 0 } when end.Code is ByKill or 0 || end.LogTail.Contains(LoaderKilled, StringComparison.Ordinal) => (VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
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
        VastRunOutcome.Incomplete => 79,
        VastRunOutcome.Killed when code == 0 => ByKill,
        _ => code switch { null => ByKill, 0 => 1, { } own => own },
    };

    // An error of Python after which nothing was trained any more; launchers and loggers still have words then.
    private static bool EndsInError(string tail) =>
        Traceback().Matches(tail).LastOrDefault(t => !t.Groups["aside"].Success) is { } last && !Trains(tail[(last.Index + last.Length)..]);

    // Where wandb sums up what was logged, nothing is new.
    private static bool Trains(string text)
    {
        var parser = new MetricParser();
        return text.Split('\n').Where(line => !line.StartsWith("wandb:", StringComparison.Ordinal))
            .SelectMany(line => parser.Read(new LogLine(line, null)))
            .Any(m => MetricNames.IsVital(m.Name) && double.IsFinite(m.Value));
    }

    private static string MemoryKills(long count) =>
        FormattableString.Invariant($"the kernel killed {count} process(es) of the box for system memory (not VRAM) during the run");

    // The last words, and before them the last error where something was still said after it.
    private static IEnumerable<string> LastLine(string tail)
    {
        string[] lines = [.. tail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => l.Any(char.IsLetterOrDigit))];
        return new[] { lines.LastOrDefault(l => Error().IsMatch(l)), lines.LastOrDefault() }.OfType<string>().Distinct().Select(l => "log: " + l);
    }

    [GeneratedRegex(@"[^\n]*(CUDA(?: error:)? out of memory|HIP out of memory|(?<!ray\.exceptions\.|java\.lang\.)OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED)[^\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex GpuMemory();

    // What Python, C++, PyTorch, Ray, Java and the system's tools say when they are given no more memory.
    [GeneratedRegex(@"[^\n]*(\b_?(?:Array)?MemoryError\b|std::bad_alloc|DefaultCPUAllocator: (?:can't allocate|not enough) memory|(?:ray\.exceptions|java\.lang)\.OutOfMemoryError|Cannot allocate memory|memory exhausted)[^\n]*")]
    private static partial Regex HostMemory();

    // An error as Python prints it; those by which a launcher says that its training failed say nothing.
    [GeneratedRegex(@"^(?:\[[^\]]*\]:? ?)?(?!\S*(?:ChildFailed|CalledProcess)Error)[A-Za-z_][\w.]*(?:Error|Exception|Interrupt)(?:: .+)?\z")]
    private static partial Regex Error();

    // Errors that end nothing: those of a thread, of the logging itself, and what Python could not raise while it ended.
    [GeneratedRegex(@"(?<aside>(?:Exception ignored|Exception in thread|--- Logging error ---)[^\n]*\n)?Traceback \(most recent call last\):(?:\n[ \t][^\n]*)*(?:\n[^\n]*)?")]
    private static partial Regex Traceback();
}
