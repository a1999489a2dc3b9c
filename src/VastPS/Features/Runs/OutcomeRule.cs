using VastPS.Basics;
using VastPS.Kernel.Logs;

namespace VastPS.Features.Runs;

/// <summary>What the box wrote down about the end of a run.</summary>
/// <param name="Code">The command's exit code, 128+n for signal n; null where nobody wrote it down.</param>
/// <param name="Why">"limit" or "stop" where the run was ended on purpose, "left" where processes outlived the command; else empty.</param>
/// <param name="OomKills">How many processes the kernel killed for memory during the run; null where the box does not count.</param>
/// <param name="HasRebooted">True where the box was started anew since.</param>
/// <param name="Log">The lines of the log that tell something.</param>
internal sealed record EndFacts(int? Code, string Why, long? OomKills, bool HasRebooted, IReadOnlyList<NumberedLine> Log)
{
    /// <summary>The text of the command.</summary>
    public string Command { get; init; } = "";

    /// <summary>True where the code of a pipe is that of its last part that failed.</summary>
    public bool HasPipefail { get; init; }

    /// <summary>The codes of the parts of the last pipe, as bash tells them.</summary>
    public string Pipe { get; init; } = "";

    /// <summary>Processes that stayed and only serve what was logged.</summary>
    public string Helpers { get; init; } = "";

    /// <summary>What showed that work was handed to somebody else.</summary>
    public string Handed { get; init; } = "";

    /// <summary>The program by which the command may hand work to somebody else.</summary>
    public string Taken { get; init; } = "";

    /// <summary>True where the box could not see children that hide.</summary>
    public bool IsBlind { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Steps that were planned; null where nobody said.</summary>
    public int? PlannedSteps { get; init; }

    /// <summary>The estimated time of the whole.</summary>
    public TimeSpan? ExpectedTime { get; init; }

    /// <summary>Where a checkpoint was promised; null where none was.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>True where something was written there since the start; null where nobody looked.</summary>
    public bool? IsSaved { get; init; }

    /// <summary>The user's rules that end a run.</summary>
    public IReadOnlyList<MetricCondition> AbortIf { get; init; } = [];

    /// <summary>Metrics that a watch has read; empty where nobody watched.</summary>
    public IReadOnlyList<VastMetric> Metrics { get; init; } = [];
}

/// <summary>How a run ended.</summary>
/// <param name="Outcome">Its name.</param>
/// <param name="Evidence">The facts behind it.</param>
/// <param name="IsDoubtful">True where it rests on something that may be otherwise.</param>
internal sealed record Ending(VastRunOutcome Outcome, IReadOnlyList<string> Evidence, bool IsDoubtful = false);

/// <summary>Names the end of a run. Completed needs a written code 0, nothing that speaks against it, and what was expected.</summary>
internal static class OutcomeRule
{
    /// <summary>The code for scheduled tasks where the watching ended before the run: it says nothing about the run.</summary>
    public const int WatchEnded = 80;

    private const int ByTimeLimit = 124;
    private const int ByKill = 137;
    private const int ByClosedPipe = 141;

    // Loops of trainers end a little below what was planned, where a last batch is not whole.
    private const double EnoughSteps = 0.98;

    // So many records that are not finite to the end are no step that a gradient scaler skips.
    private const int CertainNaN = 20;
    private const int DoubtfulNaN = 3;

    /// <summary>The outcome with the facts behind it.</summary>
    public static Ending Judge(EndFacts end)
    {
        string code = Text(end.Code);
        bool stays = end.Handed.Length > 0;
        IEnumerable<string> others = stays ? ["what it handed on could not be ended: " + end.Handed] : [];
        return end switch
        {
            { Why: "limit" } => new Ending(VastRunOutcome.TimedOut, [$"its time limit ended it ({code})", .. others], stays),
            { Why: "stop" } => new Ending(VastRunOutcome.Killed, [$"ended by Stop-VastRun ({code})", .. others], stays),
            { Code: null, HasRebooted: true } =>
                new Ending(VastRunOutcome.Killed, ["its processes are gone: the box was started anew, and " + code]),
            { Code: null, OomKills: > 0 } => new Ending(VastRunOutcome.OutOfHostMemory, [code, MemoryKills(end.OomKills.Value)]),
            { Code: null } => new Ending(VastRunOutcome.Killed, ["its processes are gone and " + code]),
            { Code: 0, Why: "left" } => new Ending(VastRunOutcome.Killed, [
                code + ", but the command left processes in the background, and nobody wrote down how those ended",
                "started in the foreground, the training's own exit code is the run's"]),
            _ => new Verdict(end).Judge(),
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
        VastRunOutcome.Outbid => 81,
        VastRunOutcome.CreditOut => 82,
        VastRunOutcome.ContractEnded => 83,
        VastRunOutcome.HostOffline => 84,
        VastRunOutcome.Killed when code == 0 => ByKill,
        _ => code switch { null => ByKill, 0 => 1, { } own => own },
    };

    private static string Text(int? code) => code switch
    {
        null => "no exit code was written",
        129 or 130 or 134 or 135 or 136 or ByKill or 139 or 143 => FormattableString.Invariant($"exit code {code}: signal {code - 128}"),
        _ => FormattableString.Invariant($"exit code {code}"),
    };

    private static string MemoryKills(long count) =>
        FormattableString.Invariant($"the kernel killed {count} process(es) of the box for system memory (not VRAM) during the run");

    /// <summary>The end of a command whose code is known.</summary>
    private sealed class Verdict(EndFacts end)
    {
        private readonly LogStory _story = new(end.Log, end.PlannedSteps);
        private readonly List<string> _doubts = [];

        public Ending Judge()
        {
            if (IsClosedPipe)
            {
                return Zero("exit code 0: a part of its last pipe ended because its reader had enough");
            }

            if (end.Code == ByClosedPipe && _story.Cause(failed: false) is null)
            {
                _doubts.Add("exit code 141: a pipe was closed while something still wrote into it");
                return Zero(Text(end.Code));
            }

            return end.Code == 0 ? Zero(Text(0)) : Failed();
        }

        // Only the last part of a pipe must have been satisfied; those before it end by SIGPIPE then, or by Python's word for it.
        private bool IsClosedPipe => end.Pipe.Split(' ') is [.. { Length: > 0 } before, "0"] && end.Code switch
        {
            ByClosedPipe => before.All(c => c is "0" or "141"),
            1 or 120 =>
                before.All(c => c is "0" or "141" or "1" or "120") && _story.Cause(failed: true) is { } cause
                && IsBrokenPipe(cause.Line.Text),
            _ => false,
        };

        private static bool IsBrokenPipe(string line) => line.Contains("BrokenPipeError", StringComparison.Ordinal);

        private string[] Kernel => end.OomKills > 0 ? [MemoryKills(end.OomKills.Value)] : [];

        private Ending Failed()
        {
            string code = Text(end.Code);
            string[] words = [.. _story.LastWords().Select(Log)];
            if (_story.Cause(failed: true) is { } cause)
            {
                VastRunOutcome outcome = Named(cause.Outcome);
                return new Ending(
                    outcome,
                    [
                        code,
                        Log(cause.Line),
                        .. outcome == VastRunOutcome.Failed ? words.Where(w => w != Log(cause.Line.Text)) : [],
                        .. Kernel,
                    ]);
            }

            return new Ending(
                end.OomKills > 0 ? VastRunOutcome.OutOfHostMemory : IsSignal ? VastRunOutcome.Killed : VastRunOutcome.Failed,
                [code, .. words, .. Kernel]);
        }

        private bool IsSignal => end.Code is 129 or 130 or ByKill or 143;

        // A kill is the kernel's where it counted one; an error without a name is a signal's where the code says so.
        private VastRunOutcome Named(VastRunOutcome said) => said switch
        {
            VastRunOutcome.Killed or VastRunOutcome.Failed when end.OomKills > 0 => VastRunOutcome.OutOfHostMemory,
            VastRunOutcome.Failed when IsSignal => VastRunOutcome.Killed,
            _ => said,
        };

        private Ending Zero(string code)
        {
            if (_story.Cause(failed: false) is { } cause && !(IsClosedPipe && IsBrokenPipe(cause.Line.Text)))
            {
                if (!cause.IsSurvived)
                {
                    VastRunOutcome outcome = Named(cause.Outcome);
                    return new Ending(outcome, [
                        $"{code}, but the log ends in an error: something hides a code",
                        Log(cause.Line),
                        .. _story.LastWords().Select(Log).Where(l => l != Log(cause.Line.Text)),
                        .. Kernel
                    ]);
                }

                _doubts.Add($"its log holds an error that it may have survived, or that hides a code: {cause.Line.Text}");
            }

            bool isProven = Expect(out string? missing, out string known);
            if (missing is not null)
            {
                return new Ending(VastRunOutcome.Incomplete, [$"{code}, but {missing}", .. _doubts]);
            }

            if (!isProven && end.OomKills > 0)
            {
                return new Ending(VastRunOutcome.OutOfHostMemory, [code, .. Kernel]);
            }

            if (Late() is { } late)
            {
                return late with { Evidence = [code, .. late.Evidence] };
            }

            if (!isProven)
            {
                Doubt(
                    end.Taken.Length > 0 || end.Handed.Length > 0,
                    $"it handed work on{(end.Taken.Length > 0 ? " by " + end.Taken : "")}: how that ended nobody wrote "
                    + $"down{(end.Handed.Length > 0 ? $" ({end.Handed})" : "")}");
                string? hidden = CommandText.Hides(end.Command, end.HasPipefail);
                Doubt(hidden is not null, $"an exit code of 0 is weak: the command can hide another ({hidden})");
            }

            string[] helpers = end.Helpers.Length > 0 ? ["still there, and not waited for: " + end.Helpers] : [];
            string[] blind = end.IsBlind ? ["processes that clear their environment could not be seen on this box"] : [];
            return new Ending(
                VastRunOutcome.Completed,
                [.. new[] { code }.Concat(_doubts).Append(known).Distinct(), .. helpers, .. blind, .. Kernel],
                _doubts.Count > 0);
        }

        // Holds the end against what was known before it. True where steps or results prove it.
        private bool Expect(out string? missing, out string known)
        {
            missing = null;
            bool isPromised = !string.IsNullOrEmpty(end.CheckpointPath);
            string saved = !isPromised ? "" : end.IsSaved switch { true => "a checkpoint was written", false =>
                $"no checkpoint at {end.CheckpointPath}", null => $"nobody could look for a checkpoint at {end.CheckpointPath}" };
            string time = end is { Took: { } took, ExpectedTime: { } whole } ? $"{Duration.Format(took)} of {Duration.Format(whole)}" : "";
            bool isShort = end.Took < end.ExpectedTime / 5;
            if (end.PlannedSteps is not > 0)
            {
                known = isPromised ? saved : "only its exit code is known: no steps were planned, and no checkpoint was promised";
                Doubt(isPromised && end.IsSaved is null, saved);
                Doubt(!isPromised && isShort, $"it took {time}");
                missing = isPromised && end.IsSaved == false ? saved : null;
                return isPromised && end.IsSaved == true;
            }

            long planned = end.PlannedSteps.Value;
            long seen = _story.Steps ?? _story.Records;
            bool isEnough = seen + Math.Min(_story.Gap, Math.Max(1, planned / 10)) >= planned * EnoughSteps || _story.StoppedEarly;
            string steps =
                FormattableString.Invariant(
                    $"{seen} of {planned} {(_story.Steps is null && _story.Records > 0 ? "steps seen, which its log does not number" : "steps")}")
                + (_story.StoppedEarly ? ", stopped early on purpose" : "");
            known = string.Join(", ", new[] { steps, saved, time }.Where(t => t.Length > 0));
            if (isPromised && end.IsSaved == false)
            {
                missing = known;
            }
            else if (!isEnough)
            {
                // A log that does not number its steps, or says nothing at all, neither proves nor disproves them.
                bool isOpen = _story.Steps is null && !isShort && (_story.Records > 0 || end.IsSaved == true);
                missing = isOpen ? null : known;
                Doubt(isOpen && !(_story.Records > 0 && end.IsSaved == true), known);
            }

            Doubt(isPromised && end.IsSaved is null, saved);
            return _doubts.Count == 0;
        }

        // What shows only when the whole is looked at: the run may have been over between two looks.
        private Ending? Late()
        {
            IReadOnlyList<VastMetric> metrics = end.Metrics.Count > _story.Metrics.Count ? end.Metrics : _story.Metrics;
            if (end.AbortIf.FirstOrDefault(rule => rule.Judge(metrics) == true) is { } broken)
            {
                return new Ending(VastRunOutcome.Contradicted, [$"-AbortIf '{broken}' held to the end: {broken.Found(metrics)}"]);
            }

            foreach (string name in new[] { MetricNames.Loss, MetricNames.Reward, MetricNames.GradNorm })
            {
                VastMetric[] bad = [.. MetricNames.Series(metrics, name).Reverse().TakeWhile(m => !double.IsFinite(m.Value))];
                string why = bad.Length == 0 ? "" : FormattableString.Invariant(
                    $"{bad[0].Name} is not a finite number {bad.Length} times in a row to the end (NaN): {bad[0].Line}");
                if (bad.Length >= CertainNaN)
                {
                    return new Ending(VastRunOutcome.Contradicted, [why], true);
                }

                Doubt(bad.Length >= DoubtfulNaN, why);
            }

            return null;
        }

        private void Doubt(bool holds, string why)
        {
            if (holds)
            {
                _doubts.Add(why);
            }
        }

        private static string Log(string line) => "log: " + (line.Length > 300 ? line[..300] + "..." : line);

        private string Log(NumberedLine line)
        {
            string[] place =
            [
                .. line.InLog is { } number ? new[] { FormattableString.Invariant($"line {number}") } : [],
                .. _story.Rank(line) is { } rank ? new[] { rank } : [],
            ];
            return place.Length == 0 ? Log(line.Text) : $"log {string.Join(", ", place)}{Log(line.Text)["log".Length..]}";
        }
    }
}
