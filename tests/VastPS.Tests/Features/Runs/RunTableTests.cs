using System.Globalization;
using VastPS.Features.Runs;
using VastPS.Kernel.State;
using VastPS.Tests.House;

namespace VastPS.Tests.Features.Runs;

/// <summary>
/// What the rules about runs say, word for word, around each of their limits: a change of a rule shows what it moves.
/// What is right is held by the tests of each rule.
/// </summary>
public sealed partial class RunTableTests
{
    private static readonly string[] s_head =
    [
        "# What the rules of src/VastPS/Features/Runs say around each of their limits. Not what is right, which the tests beside them",
        "# hold, but what a change moves: written by ./build.sh accept, read in the diff. See RunTableTests.",
    ];

    // A name and its values: 1*30 is thirty times 1, 1..9*5 five values from 1 to 9, 1,2*4 the two in turn, four in all.
    private static readonly string[][] s_series =
    [
        ["loss 5..1*10"], ["loss 5..1*40"], ["loss 5..1*4"], ["loss 3,2.9*12"], ["accuracy 0.1..0.9*9"], ["eval_loss 5..1*9"],
        ["loss 2 nan*2"], ["loss 2 nan*3"], ["loss 2 nan*19"], ["loss 2 nan*20"], ["loss 2 nan 1 nan*2"], ["loss nan*3 1"],
        ["loss 2 inf*3"],
        ["actor_loss 2 nan*4", "critic/vf_loss 2 nan*9"], ["val_loss 2 nan*30", "loss 2 nan*3"],
        ["loss 0*2"], ["loss 0*3"], ["loss 0.02*5 0*3"], ["loss 0.021*5 0*3"], ["loss 0.5 0.01*5 0*3"], ["loss 0.005 0*3"],
        ["loss -0.005 0*3"],
        ["loss 0.009 0*2 0.5 0*3"], ["loss 0.5 0*2 0.009 0*3"],
        ["loss 0*4", "grad_norm 1*4"], ["loss 0*4", "grad_norm 1*2"], ["loss 0*4", "grad_norm 1 0*3"],
        ["loss 0.001*3 0*4", "grad_norm 1*4 nan*3"],
        ["loss 0*4", "grad_norm 1*3 0"], ["loss 0*4", "reward 1*4"], ["loss 0.01*4 0*3", "reward 1*4"],
        ["loss 2..3*25"], ["loss 2..3.3*24"], ["loss 2..3.7*25"], ["loss 2..3.7*24"], ["loss 2..3.7*25 nan*2"], ["loss -2..4*30"],
        ["loss 0*12 5*15"],
        ["loss 2*20 3*9"], ["loss 2*20 3.01*9"], ["loss 2,4*20 5,9*12"], ["loss 2,4*20 7,9*12"], ["loss 2*5 90*2"], ["loss 2*6 2.1,9*6"],
        ["loss 5..1*10", "grad_norm 1*7 10*3"], ["loss 5..1*10", "grad_norm 1*7 10.1*3"], ["loss 5..1*10", "grad_norm 1*5 50*3"],
        ["loss 5..1*10", "grad_norm 1*4 50*6"], ["loss 5..1*10", "grad_norm 0*7 5*3"], ["loss 5..1*10", "grad_norm 1*7 50*2 1"],
        ["loss 5..1*40", "grad_norm 1*22 100*3"], ["loss 5..1*40", "grad_norm 1*22 101*3"], ["loss 5..1*40", "grad_norm 1*21 101*3"],
        ["loss 5..1*40", "grad_norm 1*22 101*2 1 101"], ["loss 5..1*40", "grad_norm 1*30 101*2 inf"],
        ["loss 5..1*40", "grad_norm 0*30 1*3"],
        ["loss 5..1*40", "grad_norm 1,200*30 150*3"], ["loss 5..1*40", "grad_norm 1*12 200*10 150*3"], ["loss 5..1*40", "grad_norm inf*9 1*9"], ["loss 5..1*40", "grad_norm inf*10"],
        ["loss 5..1*40", "grad_norm inf*9 nan"], ["loss 5..1*40", "grad_norm 1*20 nan*19"], ["loss 5..1*40", "grad_norm 1*20 nan*20"],
        ["loss 5..1*40", "grad_norm 1*19 nan*20"], ["grad_norm nan*39"], ["grad_norm nan*40"], ["grad_norm 1*3 nan*40 1"],
        ["reward 0*29"], ["reward 0*30"], ["reward 0.5 0*30"], ["reward 0*30 0.1"], ["reward -1*30"], ["reward -1*29 -2"],
        ["reward 1 nan*2"],
        ["reward 1 nan*3"], ["reward -0.9..-0.1*10"], ["reward -0.9,-0.8*10"], ["reward 0*10"], ["reward 0*5 0.5*5"], ["reward 1*10"],
        ["reward 5..-5*50"], ["reward 5..-5*49"], ["reward 5..2.6*60"], ["reward 5..2.4*60"], ["reward -5..-9*60"],
        ["reward 5,9*30 1,5*30"],
        ["reward 5,9*30 -9,-5*30"], ["reward 1*9", "loss 0*9"],
        ["reward 1*30", "reward_std 0*29"], ["reward 1*30", "reward_std 0*30"], ["reward 1*9", "reward_std 0*2"],
        ["reward 1*9", "reward_std 0*3"],
        ["reward 1*9", "reward_std 0.1*3"], ["reward 1*30", "frac_reward_zero_std 1*30"], ["reward 1*30", "frac_reward_zero_std 1*29"],
        ["reward 1*9", "frac_reward_zero_std 0.99*3"], ["reward 1*9", "frac_reward_zero_std 1*3"],
    ];

    private static readonly ValidationPlan s_plan = new(new RunPace
    {
        StepTime = TimeSpan.FromSeconds(2), WorstStepTime = TimeSpan.FromSeconds(3.2), RunTime = TimeSpan.FromHours(2),
        WorstRunTime = TimeSpan.FromHours(4), Steps = 3600, PeakVramGiB = 10,
    })
    {
        PricePerHour = 0.5m, Contract = TimeSpan.FromHours(10), CheckpointGB = 2, CheckpointInterval = 100, CheckpointsToCome = 2,
        DownMbps = 500, RamGiB = 32,
    };

    [Fact]
    [Trait("Frozen", "List")]
    public void Every_rule_says_what_was_agreed() => Approved.Check(
        "RunRules.approved.txt", [.. s_head, .. Series(), .. Validation(), .. Pace(), .. Proofs(), .. Finishes(), .. Outcomes()]);

    private static IEnumerable<string> Series()
    {
        yield return "";
        yield return "## Series of metrics: what ends a watch (!), and what fails a smoke test (-)";
        foreach (string[] series in s_series)
        {
            yield return "";
            yield return string.Join("; ", series);
            IReadOnlyList<VastMetric> metrics = Metrics(series, isNumbered: true);
            foreach (VastTrainingKind kind in Enum.GetValues<VastTrainingKind>())
            {
                Contradiction? found = AbortRules.Judge(metrics, kind);
                if (found is { } wrong)
                {
                    yield return $"  {kind} ! {wrong.Why}{(wrong.NaNs > 0 ? $" ({wrong.NaNs} NaN{(wrong.IsLost ? ", lost" : "")})" : "")}";
                }

                string? other = AbortRules.Judge(Metrics(series, isNumbered: false), kind)?.Why;
                if (other != found?.Why)
                {
                    yield return $"  {kind} ! where steps have no numbers: {other ?? "nothing"}";
                }

                foreach (string reason in SmokeRules.Judge(new(metrics, kind, [], 10, 10, null, false, [])))
                {
                    yield return $"  {kind} - {reason}";
                }
            }
        }
    }

    private static IEnumerable<string> Validation()
    {
        MeasuredStep Step(double seconds, double? atLeast = null) =>
            new(TimeSpan.FromSeconds(seconds), "20 steps") { AtLeast = TimeSpan.FromSeconds(atLeast ?? seconds) };
        var whole = new ValidationFacts
        {
            Elapsed = TimeSpan.FromMinutes(20), Reached = 600, Step = Step(2), Vram = new(10 * 1024, 24 * 1024), GpuPercent = 90,
            Ram = new(30, 100), OomKills = 0, Shm = new(1, 4), Disk = new(40e9, 100e9), HasCheckpointPath = true, TrainingValues = 9,
            Checkpoint = new() { Path = "/out/c-100", SizeGB = 2, Age = TimeSpan.FromMinutes(9), SaveTime = TimeSpan.FromSeconds(4) },
        };
        var old = new VastRunCheckpoint { Path = "/out/c", SizeGB = 3, Age = TimeSpan.FromHours(2) };
        RunPace pace = s_plan.Pace;
        (string Name, ValidationPlan Plan, ValidationFacts Facts)[] cases =
        [
            ("all is as planned", s_plan, whole),
            ("nothing was planned", new(new()), whole),
            ("nothing was seen", s_plan, new()),
            ("a path for checkpoints and none there", s_plan, whole with { Checkpoint = null }),
            ("a checkpoint without a birth", s_plan, whole with { Checkpoint = old }),
            ("slow, beyond the worst", s_plan, whole with { Step = Step(3.3) }),
            ("slow within its noise", s_plan, whole with { Step = Step(3.3, 2) }),
            ("slow beyond its noise", s_plan, whole with { Step = Step(3.3, 3.21) }),
            ("slow, and by its noise within the worst", s_plan, whole with { Step = Step(3.3, 3.2) }),
            ("suspiciously fast", s_plan, whole with { Step = Step(0.7) }),
            ("slow with the start in it", s_plan, whole with { Step = Step(3.3) with { IsAtMost = true } }),
            ("fast with the start in it", s_plan, whole with { Step = Step(2.1) with { IsAtMost = true } }),
            ("beyond its steps", s_plan, whole with { Reached = 4000 }),
            ("without a number of steps", s_plan with { Pace = pace with { Steps = null } }, whole),
            ("without a step that was reached", s_plan, whole with { Reached = null }),
            (
                "without a worst case",
                s_plan with { Pace = pace with { WorstRunTime = null, WorstStepTime = null } },
                whole with { Step = Step(3) }),
            ("a worst case and no estimate", s_plan with { Pace = pace with { RunTime = null } }, whole),
            ("no step time", s_plan with { Pace = pace with { StepTime = null } }, whole),
            ("no price", s_plan with { PricePerHour = 0 }, whole),
            ("the contract is over", s_plan with { Contract = TimeSpan.Zero }, whole),
            ("the contract is short", s_plan with { Contract = TimeSpan.FromHours(2) }, whole),
            ("killed for memory", s_plan, whole with { OomKills = 3 }),
            ("killed for memory, which nobody tells", s_plan, whole with { OomKills = 3, Ram = null }),
            ("no planned memory", s_plan with { RamGiB = null }, whole with { Ram = new(85, 100) }),
            ("a GPU that hides its size", s_plan, whole with { Vram = new(15 * 1024, null) }),
            ("a GPU of no size", s_plan, whole with { Vram = new(15 * 1024, 0) }),
            ("nothing tells its size", s_plan, whole with { Ram = new(0, 0), Shm = new(0, 0), Disk = new(0, 0), Vram = new(0, 0) }),
            ("a disk of no size", s_plan, whole with { Disk = new(1, 0) }),
            ("a full disk", s_plan, whole with { Disk = new(96e9, 100e9) }),
            ("nothing more to save", s_plan with { CheckpointsToCome = null }, whole with { Disk = new(83e9, 100e9) }),
            ("a planned size alone", s_plan with { CheckpointsToCome = 5 }, whole with { Checkpoint = null, Disk = new(75e9, 100e9) }),
            ("steps without time", s_plan, whole with { Step = Step(0) }),
            ("no interval", s_plan with { CheckpointInterval = null }, whole),
            ("a training gone wrong", s_plan, whole with { Training = new("the loss diverges") }),
        ];
        yield return "";
        yield return "## A run held against its estimate: the verdict, what was estimated and measured, + where more than that is used";
        string[] before = [];
        foreach ((string name, ValidationPlan plan, ValidationFacts facts) in cases)
        {
            string[] lines =
            [
                .. ValidationRule.Judge(plan, facts, Thresholds.Default).Select(f =>
                    $"  {f.Term} {f.Verdict} {N(f.Estimated)} {N(f.Measured)}{(f.IsOver ? " +" : "")}: {f.Why}"),
            ];
            yield return "";
            yield return name + (before.Length > 0 ? ", where it differs from the first" : "");
            foreach (string line in lines.Except(before))
            {
                yield return line;
            }

            before = before.Length > 0 ? before : lines;
        }
    }

    private static IEnumerable<string> Pace()
    {
        yield return "";
        yield return "## A measured step held against an estimate of 2 s a step, 3.2 s at worst, 2 h for all, 4 h at worst";
        RunPace all = s_plan.Pace;
        RunPace[] paces =
        [
            all, all with { WorstStepTime = null }, all with { WorstRunTime = null }, all with { Steps = null },
            all with { RunTime = null }, all with { RunTime = TimeSpan.Zero }, all with { WorstRunTime = TimeSpan.FromHours(2.5) },
        ];
        foreach (RunPace pace in paces)
        {
            foreach (double seconds in new[] { 0.7, 0.8, 1.1, 1.2, 2, 2.6, 2.7, 3, 3.01, 3.2, 3.21, 9 })
            {
                PaceFinding finding = PaceRule.Judge(pace, TimeSpan.FromSeconds(seconds))!;
                yield return $"{N(seconds)} s: {finding.Verdict} {N(finding.Ratio)} {finding.Projected?.ToString("c") ?? "unknown"}: "
                    + finding.Why;
            }
        }
    }

    private static IEnumerable<string> Proofs()
    {
        yield return "";
        yield return "## What is missing before a run: estimate, checks, smoke test";
        Proof?[] proofs = [null, new(false, "because"), new(true, "because")];
        foreach (Proof? estimate in proofs)
        {
            foreach (Proof? checks in proofs)
            {
                foreach (Proof? smoke in proofs)
                {
                    yield return $"{Of(estimate)}, {Of(checks)}, {Of(smoke)}";
                    foreach (Lack lack in ProofRule.Lacking(7, estimate, checks, smoke))
                    {
                        yield return $"  {lack.Why}: {lack.Next ?? "as below"}";
                    }
                }
            }
        }

        Proof At(double seconds, bool passed = true) =>
            new(passed, "because") { Pace = new RunPace { StepTime = TimeSpan.FromSeconds(seconds) } };
        (Proof, Proof)[] paced =
            [(At(2), At(2.9)), (At(2), At(3.1)), (At(2), At(9, false)), (At(2, false), At(9)), (At(2), proofs[2]!), (proofs[2]!, At(9))];
        foreach ((Proof estimate, Proof smoke) in paced)
        {
            yield return $"{Of(estimate)} with {N(estimate.Pace?.StepTime?.TotalSeconds)} s a step, "
                + $"{Of(smoke)} with {N(smoke.Pace?.StepTime?.TotalSeconds)} s";
            foreach (Lack lack in ProofRule.Lacking(7, estimate, proofs[2], smoke))
            {
                yield return $"  {lack.Why}: {lack.Next}";
            }
        }

        static string Of(Proof? proof) => proof is null ? "none" : proof.Passed ? "passed" : "failed";
    }

    private static NumberedLine[] Lines(string text) => [.. text.Split('\n').Select((l, i) => new NumberedLine(i + 1, l))];

    private static IReadOnlyList<VastMetric> Metrics(string[] series, bool isNumbered) =>
    [
        .. series.Select(s => s.Split(' ', 2)).SelectMany(s => Values(s[1]).Select((v, i) => new VastMetric
        {
            Name = s[0], Value = v, Step = isNumbered ? i + 1 : null, Line = $"line {i + 1}",
        })),
    ];

    private static IEnumerable<double> Values(string text) => text.Split(' ').SelectMany(token =>
    {
        string[] parts = token.Split('*');
        int count = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        double[] line = [.. parts[0].Split("..").SelectMany(p => p.Split(',')).Select(Number)];
        bool isLine = parts[0].Contains("..", StringComparison.Ordinal);
        return Enumerable.Range(0, count).Select(i => isLine ? line[0] + ((line[1] - line[0]) * i / (count - 1)) : line[i % line.Length]);
    });

    private static double Number(string text) => text switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string N(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "unknown";
}
