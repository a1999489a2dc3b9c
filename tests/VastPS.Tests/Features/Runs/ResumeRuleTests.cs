using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>A training that goes on from its checkpoint, and those that do not.</summary>
public sealed class ResumeRuleTests
{
    // Fifty steps from 10 to 5.1.
    private static readonly VastMetric[] s_before = Log(1, 50, i => 10 - (0.1 * (i - 1)));

    public static TheoryData<VastMetric[], string?, string?> Rows => new()
    {
        { Log(51, 3, _ => 5.1), null, null },
        { Log(41, 3, _ => 6.0), null, null }, // the checkpoint was some steps old
        { Log(51, 3, _ => 7.9), null, "the loss of the resumed command is 7.9 again" },
        { Log(1, 3, _ => 10.0), null, "begins anew instead of going on after step 50: step 1" },
        { Log(null, 3, _ => 5.1), null, null }, // steps are not named: the loss says it
        { Log(null, 3, _ => 9.9), null, "is 9.9 again; it had fallen from 9.5" },
        { Log(51, 2, _ => double.NaN), null, "after the checkpoint loss is NaN: step 51" },
        { [], null, "the resumed command showed no metric: the last line" },
        { [], "ended with exit code 1", "the resumed command ended with exit code 1: the last line" },
        { Log(51, 1, _ => 5.1), "ended with exit code 1", "ended with exit code 1" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_resumed_training_shows(VastMetric[] after, string? ending, string? why)
    {
        string? said = ResumeRule.Judge(s_before, after, ending, "the last line");
        Assert.Equal(why is null, said is null);
        Assert.Contains(why ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_loss_did_not_fall_it_cannot_tell() =>
        Assert.Null(ResumeRule.Judge(Log(1, 50, _ => 5), Log(51, 3, _ => 9), null, ""));

    private static VastMetric[] Log(int? first, int count, Func<int, double> loss) =>
        [.. Enumerable.Range(first ?? 1, count)
            .Select(i => new VastMetric { Name = "loss", Value = loss(i), Step = first is null ? null : i, Line = $"step {i}" })];
}
