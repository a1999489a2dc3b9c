using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What the user agreed to before the watch.</summary>
/// <param name="Action">What becomes of the instance when all is as it should be.</param>
internal sealed record FinishTerms(VastFinishAction Action)
{
    /// <summary>A run in trouble may be ended and its instance stopped.</summary>
    public bool StopsOnTrouble { get; init; }

    /// <summary>Results that are not here, or a doubt about the end, keep no instance from being removed.</summary>
    public bool IsDiscarding { get; init; }

    /// <summary>Instances that VastPS did not create are meant, too.</summary>
    public bool IsForced { get; init; }
}

/// <summary>One run of the instance, at its end.</summary>
/// <param name="Ending">Why it is no longer watched.</param>
internal sealed record FinishedRun(RunEnding Ending)
{
    /// <summary>Incomplete, or Completed on weak evidence.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Places on the box that are known to hold results and that were not fetched.</summary>
    public IReadOnlyList<string> NotHere { get; init; } = [];
}

/// <summary>Which runs go on on a box.</summary>
/// <param name="Names">As far as anybody knows.</param>
/// <param name="IsKnown">True where the box itself said so.</param>
internal sealed record OtherRuns(IReadOnlyList<string> Names, bool IsKnown);

/// <summary>All that decides about an instance after its runs.</summary>
internal sealed record FinishFacts(FinishTerms Terms, IReadOnlyList<FinishedRun> Runs)
{
    /// <summary>True where VastPS created the instance.</summary>
    public bool IsOurs { get; init; } = true;

    /// <summary>Other runs that go on there.</summary>
    public OtherRuns Others { get; init; } = new([], true);
}

/// <summary>What may be done.</summary>
/// <param name="Action">Never more than was agreed to.</param>
/// <param name="Why">Why it is less, without a point; empty where it is what was agreed to.</param>
internal sealed record FinishVerdict(VastFinishAction Action, string Why);

/// <summary>
/// What may be done about an instance after its runs, for every command that stops or removes one then: nothing that
/// cannot be undone rests on what is only believed.
/// </summary>
internal static class FinishRule
{
    /// <summary>True where a run that still goes on is to be ended first.</summary>
    public static bool Ends(RunEnding ending, FinishTerms terms) => ending switch
    {
        RunEnding.TypedRule => true,
        RunEnding.NaNRule => terms.StopsOnTrouble || terms.Action != VastFinishAction.Keep,
        RunEnding.OtherRule or RunEnding.NotEnded or RunEnding.LostContact => terms.StopsOnTrouble,
        _ => false,
    };

    /// <summary>What may be done about the instance.</summary>
    public static FinishVerdict Judge(FinishFacts facts)
    {
        FinishVerdict[] each = [.. facts.Runs.Select(run => OfRun(run, facts.Terms))];
        FinishVerdict least = each.MinBy(v => v.Action) ?? new(VastFinishAction.Keep, "");
        return least.Action == VastFinishAction.Keep ? least : OfBox(facts) is { } why ? new(VastFinishAction.Keep, why) : least;
    }

    private static string? OfBox(FinishFacts facts) => facts switch
    {
        { Others.Names: [string other, ..] } => $"the run '{other}' still goes on there",
        { IsOurs: false, Terms.IsForced: false } => "VastPS did not create it, and -Force was not given",
        { Others.IsKnown: false } when !facts.Runs.All(r => r.Ending is RunEnding.LostContact or RunEnding.NotEnded) =>
            "it did not say whether another run goes on there",
        _ => null,
    };

    private static FinishVerdict OfRun(FinishedRun run, FinishTerms terms)
    {
        bool isTrouble = run.Ending is not (RunEnding.Over or RunEnding.TypedRule);
        if (terms.Action == VastFinishAction.Keep)
        {
            return isTrouble && terms.StopsOnTrouble ? new(VastFinishAction.Stop, "") : new(VastFinishAction.Keep, "");
        }

        return run switch
        {
            { Ending: RunEnding.TypedRule } => new(VastFinishAction.Keep, "its run still goes on"),
            { Ending: RunEnding.LostContact } => OfTrouble(terms, "the box does not answer, and its run may be healthy"),
            { Ending: RunEnding.OtherRule } =>
                OfTrouble(terms, "its run still goes on, and only a rule that nobody typed speaks against it"),
            { Ending: RunEnding.NotEnded } => OfTrouble(terms, "its run goes on and could not be ended"),
            { Ending: RunEnding.Stalled } => StopInstead(terms, "its run is stalled, and what it has made is on its disk"),
            { Ending: RunEnding.NaNRule } =>
                StopInstead(terms, "a rule that nobody typed ended its run, and what it has made is on its disk"),
            { IsDoubtful: true } when !terms.IsDiscarding =>
                StopInstead(terms, "it is in doubt whether its run did what it should; -Discard removes it all the same"),
            { NotHere.Count: > 0 } when !terms.IsDiscarding => StopInstead(terms, "its disk still has the results"),
            _ => new(terms.Action, ""),
        };
    }

    private static FinishVerdict OfTrouble(FinishTerms terms, string why) => terms.StopsOnTrouble
        ? StopInstead(terms, "a run in trouble never removes its instance")
        : new(VastFinishAction.Keep, why + "; -OnTrouble Stop stops it");

    private static FinishVerdict StopInstead(FinishTerms terms, string why) =>
        new(VastFinishAction.Stop, terms.Action == VastFinishAction.Remove ? why : "");
}
