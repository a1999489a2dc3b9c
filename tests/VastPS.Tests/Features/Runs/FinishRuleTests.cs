using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>Every cell of the table of what may be done about an instance after its runs.</summary>
public sealed class FinishRuleTests
{
    private const VastFinishAction Keep = VastFinishAction.Keep;
    private const VastFinishAction Stop = VastFinishAction.Stop;
    private const VastFinishAction Remove = VastFinishAction.Remove;

    private static readonly FinishedRun s_certain = new(RunEnding.Over);

    /// <summary>
    /// A row: the run; then Stop, Remove, Remove with -Discard; then the same three with -OnTrouble Stop; then why it is not removed.
    /// </summary>
    public static TheoryData<string, int, string, string> Rows => new()
    {
        { "certain", 0, "Stop Remove Remove Stop Remove Remove", "" },
        { "results not here", 1, "Stop Stop Remove Stop Stop Remove", "its disk still has the results" },
        { "in doubt", 2, "Stop Stop Remove Stop Stop Remove", "in doubt" },
        { "in doubt, and results not here", 3, "Stop Stop Remove Stop Stop Remove", "in doubt" },
        { "a typed rule holds, and the run was not ended", 4, "Keep Keep Keep Keep Keep Keep", "still goes on" },
        { "NaN, and ended", 5, "Stop Stop Stop Stop Stop Stop", "nobody typed" },
        { "stalled", 6, "Stop Stop Stop Stop Stop Stop", "stalled" },
        { "lost contact", 7, "Keep Keep Keep Stop Stop Stop", "does not answer" },
        { "another default rule", 8, "Keep Keep Keep Stop Stop Stop", "nobody typed" },
        { "not ended by its limit", 9, "Keep Keep Keep Stop Stop Stop", "could not be ended" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_row_holds_in_each_column(string row, int run, string cells, string why)
    {
        Assert.NotEmpty(row);
        string[] wanted = cells.Split(' ');
        for (int column = 0; column < 6; column++)
        {
            FinishVerdict verdict = FinishRule.Judge(new FinishFacts(Terms(column), [Runs[run]]));
            Assert.Equal((column, wanted[column]), (column, verdict.Action.ToString()));
            Assert.Equal(verdict.Action == Terms(column).Action, verdict.Why.Length == 0);
            Assert.True(
                verdict.Action == Remove || column >= 3 || verdict.Why.Length == 0 || verdict.Why.Contains(why, StringComparison.Ordinal),
                verdict.Why);
        }
    }

    [Fact]
    public void Another_run_on_the_box_keeps_it_in_every_cell_also_with_Force()
    {
        foreach (FinishFacts facts in Cells)
        {
            FinishVerdict verdict =
                FinishRule.Judge(facts with { Others = new(["theirs"], true), Terms = facts.Terms with { IsForced = true } });
            Assert.Equal(Keep, verdict.Action);
            Assert.NotEmpty(verdict.Why);
        }

        Assert.Contains(
            "'theirs'",
            FinishRule.Judge(new FinishFacts(new(Remove), [s_certain]) { Others = new(["theirs"], true) }).Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_that_is_not_ours_is_kept_in_every_cell_without_Force_and_with_it_is_as_ours()
    {
        foreach (FinishFacts facts in Cells)
        {
            FinishVerdict foreign = FinishRule.Judge(facts with { IsOurs = false });
            Assert.Equal(Keep, foreign.Action);
            Assert.NotEmpty(foreign.Why);
            Assert.Equal(
                FinishRule.Judge(facts), FinishRule.Judge(facts with { IsOurs = false, Terms = facts.Terms with { IsForced = true } }));
        }

        Assert.Contains(
            "-Force", FinishRule.Judge(new FinishFacts(new(Remove), [s_certain]) { IsOurs = false }).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_that_does_not_say_what_else_runs_there_is_kept_unless_that_is_its_trouble()
    {
        foreach (FinishFacts facts in Cells)
        {
            bool isTrouble = facts.Terms.StopsOnTrouble && facts.Runs[0].Ending is RunEnding.LostContact or RunEnding.NotEnded;
            VastFinishAction wanted = isTrouble ? FinishRule.Judge(facts).Action : Keep;
            Assert.Equal(wanted, FinishRule.Judge(facts with { Others = new([], false) }).Action);
            Assert.Equal(Keep, FinishRule.Judge(facts with { Others = new(["known here"], false) }).Action);
        }
    }

    [Fact]
    public void A_box_that_is_silent_for_one_of_its_runs_is_kept_for_the_others()
    {
        var facts = new FinishFacts(new(Stop) { StopsOnTrouble = true }, [new(RunEnding.LostContact), new(RunEnding.Stalled)]);
        Assert.Equal(Keep, FinishRule.Judge(facts with { Others = new([], false) }).Action);
        Assert.Equal(Stop, FinishRule.Judge(facts).Action);
    }

    [Fact]
    public void Of_several_runs_the_one_for_which_least_may_be_done_decides()
    {
        FinishVerdict Of(params FinishedRun[] runs) => FinishRule.Judge(new FinishFacts(new(Remove), runs));
        Assert.Equal(Remove, Of(s_certain, s_certain).Action);
        Assert.Equal(Stop, Of(s_certain, Runs[2]).Action);
        Assert.Equal(Keep, Of(Runs[2], Runs[7], s_certain).Action);
        Assert.Equal(Keep, Of().Action);
    }

    [Fact]
    public void Nothing_is_done_where_nothing_was_agreed_and_trouble_alone_is_stopped_where_that_was()
    {
        for (int run = 0; run < Runs.Length; run++)
        {
            Assert.Equal(new FinishVerdict(Keep, ""), FinishRule.Judge(new FinishFacts(new(Keep), [Runs[run]])));
            VastFinishAction wanted = run < 5 ? Keep : Stop;
            Assert.Equal((run, wanted), (run, FinishRule.Judge(new FinishFacts(new(Keep) { StopsOnTrouble = true }, [Runs[run]])).Action));
        }
    }

    [Theory]
    [InlineData(RunEnding.Over, "no no no no")]
    [InlineData(RunEnding.TypedRule, "yes yes yes yes")]
    [InlineData(RunEnding.NaNRule, "no yes yes yes")]
    [InlineData(RunEnding.OtherRule, "no no no yes")]
    [InlineData(RunEnding.Stalled, "no no no no")]
    [InlineData(RunEnding.LostContact, "no no no yes")]
    [InlineData(RunEnding.NotEnded, "no no no yes")]
    internal void A_run_is_ended_first_by_what_was_typed_or_is_beyond_hope(RunEnding ending, string cells)
    {
        FinishTerms[] terms = [new(Keep), new(Stop), new(Remove), new(Keep) { StopsOnTrouble = true }];
        Assert.Equal(cells, string.Join(' ', terms.Select(t => FinishRule.Ends(ending, t) ? "yes" : "no")));
    }

    [Theory]
    [InlineData("out", "out", true)]
    [InlineData("work/out", "work", true)]
    [InlineData("~/job/out", "/root/job/out/", true)]
    [InlineData("/data/out", "/data", true)]
    [InlineData("out", "out2", false)]
    [InlineData("out", "out/deep", false)]
    [InlineData("/out", "out", false)]
    [InlineData("out/../other", "out", false)]
    public void What_was_fetched_holds_a_place_or_does_not(string wanted, string fetched, bool expected) =>
        Assert.Equal(expected, ResultPaths.IsWithin(wanted, ["nothing", fetched]));

    private static FinishedRun[] Runs { get; } =
    [
        s_certain,
        s_certain with { NotHere = ["out"] },
        s_certain with { IsDoubtful = true },
        s_certain with { IsDoubtful = true, NotHere = ["out"] },
        new(RunEnding.TypedRule),
        new(RunEnding.NaNRule) { IsDoubtful = true },
        new(RunEnding.Stalled),
        new(RunEnding.LostContact),
        new(RunEnding.OtherRule),
        new(RunEnding.NotEnded),
    ];

    private static IEnumerable<FinishFacts> Cells =>
        Runs.SelectMany(run => Enumerable.Range(0, 6).Select(column => new FinishFacts(Terms(column), [run])));

    private static FinishTerms Terms(int column) =>
        new(column % 3 == 0 ? Stop : Remove) { IsDiscarding = column % 3 == 2, StopsOnTrouble = column >= 3 };
}
