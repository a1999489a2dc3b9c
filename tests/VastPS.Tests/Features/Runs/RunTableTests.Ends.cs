using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <content>How a run ended, and what may be done about its instance then.</content>
public sealed partial class RunTableTests
{
    private static IEnumerable<string> Finishes()
    {
        yield return "";
        yield return "## What may be done about an instance after its run";
        FinishedRun[] kinds =
        [
            .. Enum.GetValues<RunEnding>().Select(e => new FinishedRun(e)),
            new(RunEnding.Over) { IsDoubtful = true },
            new(RunEnding.Over) { NotHere = ["out"] },
            new(RunEnding.Over) { IsDoubtful = true, NotHere = ["out"] },
        ];
        foreach (VastFinishAction action in Enum.GetValues<VastFinishAction>())
        {
            FinishTerms plain = new(action);
            foreach (FinishTerms terms in new[]
                { plain, plain with { IsDiscarding = true }, plain with { StopsOnTrouble = true }, plain with { IsForced = true } })
            {
                foreach (FinishedRun run in kinds)
                {
                    var facts = new FinishFacts(terms, [run]);
                    FinishFacts[] boxes =
                    [
                        facts, facts with { IsOurs = false },
                        facts with { Others = new(["theirs"], true) }, facts with { Others = new([], false) },
                    ];
                    yield return $"{action}{(terms.IsDiscarding ? " -Discard" : "")}{(terms.StopsOnTrouble ? " -OnTrouble Stop" : "")}"
                        + $"{(terms.IsForced ? " -Force" : "")}, {run.Ending}{(run.IsDoubtful ? ", in doubt" : "")}"
                        + $"{(run.NotHere.Count > 0 ? ", results not here" : "")}: "
                        + string.Join(" | ", boxes.Select(FinishRule.Judge).Select(v => $"{v.Action} {v.Why}".TrimEnd()))
                        + (FinishRule.Ends(run.Ending, terms) ? " (ended first)" : "");
                }
            }
        }
    }

    private static IEnumerable<string> Outcomes()
    {
        yield return "";
        yield return "## The name of an end, ? where it rests on something that may be otherwise";
        var plain = new EndFacts(0, "", 0, false, Lines("step 10 loss 2"));
        var planned = plain with { PlannedSteps = 100, Took = TimeSpan.FromMinutes(9), ExpectedTime = TimeSpan.FromMinutes(10) };
        (string Name, EndFacts End)[] ends =
        [
            ("code 0", plain), ("ended by its limit", plain with { Why = "limit", Code = 143 }),
            ("ended by Stop-VastRun", plain with { Why = "stop" }),
            ("stopped, and something stays", plain with { Why = "stop", Handed = "process 7" }),
            ("no code", plain with { Code = null }),
            ("no code after a new start", plain with { Code = null, HasRebooted = true, OomKills = 2 }),
            ("no code after kills", plain with { Code = null, OomKills = 2 }), ("left in the background", plain with { Why = "left" }),
            ("code 3", plain with { Code = 3 }), ("code 3 after kills", plain with { Code = 3, OomKills = 1 }),
            ("code 137", plain with { Code = 137 }),
            ("code 0 after kills", plain with { OomKills = 1 }),
            ("code 0 after kills, proved", planned with { OomKills = 1, Log = Lines("step 100 loss 2") }),
            ("a long error", plain with { Code = 1, Log = Lines("ValueError: " + new string('x', 400)) }),
            ("an error of 300 characters", plain with { Code = 1, Log = Lines("ValueError: " + new string('x', 288)) }),
            ("code 141", plain with { Code = 141, Pipe = "141" }), ("a satisfied reader", plain with { Code = 141, Pipe = "141 0" }),
            ("code 120 and a broken pipe", plain with { Code = 120, Pipe = "120 0", Log = Lines("BrokenPipeError: Broken pipe") }),
            ("code 1 and another error", plain with { Code = 1, Pipe = "1 0", Log = Lines("ValueError: x") }),
            ("code 2 of a pipe", plain with { Code = 2, Pipe = "2 0" }),
            ("a pipe that failed at its end", plain with { Code = 141, Pipe = "141 141" }),
            ("all steps", planned with { Log = Lines("step 100 loss 2") }),
            ("98 steps", planned with { Log = Lines("step 97 loss 2\nstep 98 loss 2") }),
            ("97 steps", planned with { Log = Lines("step 96 loss 2\nstep 97 loss 2") }),
            ("96 steps", planned with { Log = Lines("step 95 loss 2\nstep 96 loss 2") }),
            ("88 steps by tens", planned with { Log = Lines("step 78 loss 2\nstep 88 loss 2") }),
            ("87 steps by tens", planned with { Log = Lines("step 77 loss 2\nstep 87 loss 2") }),
            ("80 steps by twenties", planned with { Log = Lines("step 60 loss 2\nstep 80 loss 2") }),
            ("9 of 9 steps", planned with { PlannedSteps = 9, Log = Lines("step 8 loss 2") }),
            ("stopped early", planned with { Log = Lines("step 30 loss 2\nEarly stopping: no improvement for 5 evaluations") }),
            ("no numbers", planned with { Log = Lines("loss 2.5\nloss 2.4") }),
            ("no numbers, and short", planned with { Log = Lines("loss 2.5\nloss 2.4"), Took = TimeSpan.FromSeconds(119) }),
            ("no numbers, not short", planned with { Log = Lines("loss 2.5\nloss 2.4"), Took = TimeSpan.FromMinutes(2) }),
            ("no numbers, saved", planned with { Log = Lines("loss 2.5\nloss 2.4"), CheckpointPath = "out", IsSaved = true }),
            ("no words, saved", planned with { Log = Lines("hello"), CheckpointPath = "out", IsSaved = true }),
            ("no words", planned with { Log = Lines("hello") }),
            ("all steps, not saved", planned with { Log = Lines("step 100 loss 2"), CheckpointPath = "out", IsSaved = false }),
            ("all steps, nobody looked", planned with { Log = Lines("step 100 loss 2"), CheckpointPath = "out" }),
            ("saved", plain with { CheckpointPath = "out", IsSaved = true }),
            ("not saved", plain with { CheckpointPath = "out", IsSaved = false }),
            ("nobody looked", plain with { CheckpointPath = "out" }),
            ("short", plain with { Took = TimeSpan.FromMinutes(1), ExpectedTime = TimeSpan.FromMinutes(10) }),
            ("an empty path", plain with { CheckpointPath = "" }), ("no steps planned", planned with { PlannedSteps = 0 }),
            ("handed on", plain with { Handed = "process 7" }), ("handed on by a program", plain with { Taken = "tmux" }),
            ("both", plain with { Handed = "process 7", Taken = "tmux" }),
            ("handed on, proved", planned with { Taken = "tmux", Log = Lines("step 100 loss 2") }),
            ("a command that hides", plain with { Command = "python t.py || true" }),
            ("helpers stay", plain with { Helpers = "tensorboard" }), ("a blind box", plain with { IsBlind = true }),
            ("NaN twice", plain with { Log = Lines(Steps("nan*2")) }), ("NaN three times", plain with { Log = Lines(Steps("nan*3")) }),
            ("NaN 19 times", plain with { Log = Lines(Steps("nan*19")) }),
            ("NaN 20 times", plain with { Log = Lines(Steps("nan*20")) }),
            ("an error survived", plain with { Log = Lines("Traceback (most recent call last):\nOSError: sync failed\ndone") }),
            ("an error at the end", plain with { Log = Lines("step 1 loss 3\nValueError: bad\n  exitcode : 1"), OomKills = null }),
            ("a rule held", plain with { AbortIf = [MetricCondition.Parse("loss > 1", "AbortIf")] }),
            ("a rule held by what a watch read", plain with
            {
                AbortIf = [MetricCondition.Parse("loss > 9", "AbortIf")],
                Metrics = Metrics(["loss 90*4"], true),
            }),
        ];
        foreach ((string name, EndFacts end) in ends)
        {
            Ending ending = OutcomeRule.Judge(end);
            yield return $"{name}: {ending.Outcome}{(ending.IsDoubtful ? "?" : "")} {OutcomeRule.ExitCode(ending.Outcome, end.Code)}: "
                + string.Join(" | ", ending.Evidence);
        }

        foreach (VastRunOutcome outcome in Enum.GetValues<VastRunOutcome>())
        {
            yield return $"{outcome}: {string.Join(" ", new int?[] { null, 0, 1, 7, 137 }.Select(c => OutcomeRule.ExitCode(outcome, c)))}";
        }

        foreach (int code in Enumerable.Range(126, 20))
        {
            Ending ending = OutcomeRule.Judge(plain with { Code = code });
            yield return $"{code}: {ending.Outcome}: {ending.Evidence[0]}";
        }

        static string Steps(string values) =>
            string.Join('\n', Values(values).Select((v, i) => FormattableString.Invariant($"step {i + 1} loss {v}")));
    }
}
