using VastPS.Features.Runs;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

public sealed class MetricConditionTests
{
    [Theory]
    [InlineData("loss falls", "loss falls")]
    [InlineData("  Reward   RISES ", "reward rises")]
    [InlineData("reward>0", "reward > 0")]
    [InlineData("grad_norm <= 1e2", "grad_norm <= 100")]
    [InlineData("critic/rewards/mean >= -.5", "critic/rewards/mean >= -0.5")]
    [InlineData("grad-norm < 100", "grad_norm < 100")]
    public void A_condition_is_read(string text, string shown) => Assert.Equal(shown, MetricCondition.Parse(text, "Expect").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("loss")]
    [InlineData("loss sinks")]
    [InlineData("lossfalls")]
    [InlineData("loss >")]
    [InlineData("loss > eight")]
    [InlineData("loss = 8")]
    [InlineData("loss falls; rm -rf /")]
    [InlineData("> 8")]
    public void Nonsense_is_named_with_what_would_do(string text)
    {
        VastException error = Assert.Throws<VastException>(() => MetricCondition.Parse(text, "AbortIf"));
        Assert.Equal(VastReason.InvalidValue, error.Reason);
        string said = ErrorText.By(error);
        Assert.Contains($"'{text}'", said, StringComparison.Ordinal);
        Assert.Contains("-AbortIf 'loss falls'", ErrorText.Next(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss falls", true, "5 4 3 2 1")]
    [InlineData("loss falls", false, "1 2 3 4 5")]
    [InlineData("loss falls", false, "2 2 2 2 2")]
    [InlineData("loss falls", null, "2 1")]
    [InlineData("loss falls", null, "5 4 3 2 1 nan")]
    [InlineData("loss rises", true, "1 2 3 4 5")]
    [InlineData("loss < 2", true, "9 9 9 9 1")]
    [InlineData("loss < 2", false, "1 1 1 1 2")]
    [InlineData("loss <= 2", true, "2")]
    [InlineData("loss > 8", true, "1 2 inf")]
    [InlineData("loss > 8", null, "9 9 nan")]
    [InlineData("loss > 8", null, "")]
    [InlineData("loss > 8", false, "9 9 9 9 9 9 9 1 9 1 1")] // one spike at the beginning, or in its last fifth, is none
    [InlineData("reward > 0", null, "1 2 3")]
    public void A_condition_holds_or_not_or_nobody_knows(string text, bool? expected, string losses) =>
        Assert.Equal(expected, MetricCondition.Parse(text, "Expect").Judge(Logs.Of("loss", losses)));

    [Fact]
    public void Other_spellings_of_a_metric_are_meant_too()
    {
        MetricCondition falls = MetricCondition.Parse("loss falls", "Expect");
        Assert.True(falls.Judge(Logs.Of("train_loss", "5 4 3 2 1")));
        Assert.Null(falls.Judge(Logs.Of("val_loss", "5 4 3 2 1")));
    }

    [Fact]
    public void What_is_missing_is_said_with_what_there_is() =>
        Assert.Equal("the log has no reward; it has loss", MetricCondition.Parse("reward > 0", "Expect").Found(Logs.Of("loss", "1")));
}
