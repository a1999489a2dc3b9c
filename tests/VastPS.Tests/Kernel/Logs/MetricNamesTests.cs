using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class MetricNamesTests
{
    [Theory]
    [InlineData("loss", true, false)]
    [InlineData("avr_loss", true, false)]
    [InlineData("critic/vf_loss", true, false)]
    [InlineData("loss_cls", true, false)]
    [InlineData("val_loss", true, true)]
    [InlineData("val/box_loss", true, true)]
    [InlineData("loss_scale", false, false)]
    [InlineData("kl_loss_coef", false, false)]
    [InlineData("loss_weight", false, false)]
    [InlineData("lossless", false, false)]
    [InlineData("train_smoothl1", true, false)]
    public void What_is_a_loss(string name, bool isLoss, bool isEvaluation) =>
        Assert.Equal((isLoss, isEvaluation), (MetricNames.IsLoss(name), MetricNames.IsEvaluation(name)));

    [Theory]
    [InlineData("train_loss", "loss")]
    [InlineData("avr_loss", "loss")]
    [InlineData("valid_loss", "eval_loss")]
    [InlineData("eval_avg_loss", "eval_loss")]
    [InlineData("critic/rewards/mean", "reward")]
    [InlineData("episodic_return", "reward")]
    [InlineData("gnorm", "grad_norm")]
    [InlineData("tok/sec", "tokens_per_second")]
    [InlineData("box_loss", null)]
    [InlineData("rewards/chosen", null)]
    public void Names_that_mean_the_same_have_one(string name, string? common) => Assert.Equal(common, MetricNames.Of(name).Common);

    [Fact]
    public void Every_alias_has_one_meaning_and_a_source()
    {
        Assert.Equal(MetricAliases.All.Count, MetricAliases.All.Select(a => a.Name).Distinct().Count());
        Assert.All(MetricAliases.All, a => Assert.Equal(a.Name, MetricNames.Fold(a.Name)));
        Assert.All(MetricAliases.All, a => Assert.NotEmpty(a.Source));
    }

    // By rule, not by how often it is logged.
    [Theory]
    [InlineData("loss", "{'loss': 1, 'aux_loss': 9}\n{'aux_loss': 9}\n{'aux_loss': 9}", "1")]
    [InlineData("loss", "step 1 policy_loss 1 value_loss 9\nstep 2 policy_loss 2 value_loss 9", "1 2")]
    [InlineData("loss", "step 1 value_loss 9\nstep 2 policy_loss 2 value_loss 9", "2")]
    [InlineData("loss", "step 1 d_loss 1 g_loss 9\nstep 2 g_loss 9 d_loss 2", "1 2")]
    [InlineData("loss", "step 1 loss 1\nstep 2 loss 2\nepoch 0 done, loss: 9", "1 2")] // a mean over steps
    [InlineData("loss", "step 1 batch_loss 1\nstep 2 batch_loss 2\nTraining loss: 9", "1 2")]
    [InlineData("loss", "step 0: train loss 4.5, val loss 4.6", "")] // nothing was trained yet
    [InlineData("g_loss", "step 1 d_loss 1 g_loss 9", "9")]
    [InlineData("reward", "step:1 - critic/score/mean:9 - critic/rewards/mean:1", "1")]
    public void One_series_is_meant(string name, string log, string values) =>
        Assert.Equal(values, string.Join(' ', MetricNames.Series(ReadLog.Of(log + "\n"), name).Select(m => m.Value)));

    [Fact]
    public void What_is_called_loss_is_marked_in_each_record() => Assert.Equal(
        ["box_loss:loss", "cls_loss:", "lr:learning_rate"],
        ReadLog.Of("step 1 box_loss 0.5 cls_loss 0.25 lr 0.1\n").Select(m => $"{m.Name}:{m.CommonName}"));
}
