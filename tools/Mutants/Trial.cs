namespace Mutants;

/// <summary>What became of a mutant.</summary>
internal enum Fate
{
    Killed,
    TimedOut,
    Survived,
    NotCovered,
}

/// <summary>One mutant's trial.</summary>
/// <param name="Number">The mutant.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Tests">How many test methods were asked.</param>
/// <param name="Unasked">How many more reach it, and were not asked because they take too long.</param>
/// <param name="By">The test that killed it.</param>
internal sealed record Verdict(int Number, Fate Fate, int Tests, int Unasked, string By)
{
    /// <summary>Which tests were there.</summary>
    public string Of { get; init; } = "";
}

/// <summary>Asks the tests about one mutant after the other, the nearest and quickest first.</summary>
internal sealed class Trial(
    TestProgram program, Workers workers, Reach reach, ILookup<string, Mutant> byFile, double secondsForEach)
{
    // A test that takes no part of a second can be asked with many others.
    private const double QuickSeconds = 3;

    // The start of a program on a busy machine.
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(30);

    public async Task<Verdict> JudgeAsync(Mutant mutant)
    {
        string[] tests = [
            .. reach.Tests(mutant, byFile)
                .Where(t => !reach.Failing.Contains(t))
                .OrderByDescending(t => IsNear(t, mutant))
                .ThenBy(reach.Seconds)
        ];
        if (tests.Length == 0)
        {
            return new Verdict(mutant.Number, Fate.NotCovered, 0, 0, "");
        }

        // Two programs at most: one with what is quick, and one with what takes long.
        string[] quick = Within(tests, QuickSeconds);
        string[] slow = Within([.. tests.Except(quick)], secondsForEach);
        string[] atOnce = mutant.IsEarly ? [] : [.. quick.Where(workers.Knows)];
        if (atOnce.Length > 0)
        {
            (TestEnd end, string failed) = await workers.AskAsync(mutant.Number, atOnce, s_start);
            if (end == TestEnd.Failed)
            {
                return new Verdict(mutant.Number, Fate.Killed, atOnce.Length, 0, failed);
            }
        }

        // One that lives, or that took too long on what may be a busy machine, is asked for again in a process of its own:
        // there nothing was reached before it was on.
        int asked = 0;
        foreach (string[] batch in new[] { quick, slow }.Where(b => b.Length > 0))
        {
            asked += batch.Length;
            (TestEnd end, string[] failed) = await AskAsync(mutant, batch);
            if (end == TestEnd.Failed && failed.Sum(reach.Seconds) > 1)
            {
                // Tests with servers may fail on a busy machine: a kill must come twice.
                (end, failed) = await AskAsync(mutant, failed);
            }

            if (end != TestEnd.Passed)
            {
                return new Verdict(
                    mutant.Number, end == TestEnd.Failed ? Fate.Killed : Fate.TimedOut, asked, 0, failed.FirstOrDefault() ?? "");
            }
        }

        return new Verdict(mutant.Number, Fate.Survived, asked, tests.Length - asked, "");
    }

    private Task<(TestEnd End, string[] Failed)> AskAsync(Mutant mutant, string[] tests) => program.RunAsync(
        ["--stop-on-fail", "on", "--filter-method", .. tests],
        s_start + (4 * TimeSpan.FromSeconds(tests.Sum(reach.Seconds))),
        tests.Sum(reach.Seconds) > QuickSeconds,
        (Switch.OnVariable, FormattableString.Invariant($"{mutant.Number}")));

    // At least one, however long it takes.
    private string[] Within(string[] tests, double seconds)
    {
        double sum = 0;
        return [.. tests.TakeWhile((t, i) => (sum += reach.Seconds(t)) <= seconds || i == 0)];
    }

    // FinishRuleTests for FinishRule.cs.
    private static bool IsNear(string test, Mutant mutant) =>
        test.Contains("." + Path.GetFileNameWithoutExtension(mutant.File), StringComparison.Ordinal);
}
