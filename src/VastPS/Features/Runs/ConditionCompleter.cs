using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>Offers the conditions on metrics that are understood.</summary>
public sealed class ConditionCompleter : ValueCompleter
{
    private static readonly ValueChoice[] s_expect =
    [
        new("loss falls", "the loss is lower at the end than at the beginning"),
        new("loss < 2.5", "the loss ends below a value"),
        new("reward > 0", "the reward ends above a value"),
        new("reward rises", "the reward is higher at the end than at the beginning"),
        new("grad_norm < 100", "the norm of the gradients ends below a value"),
        new("accuracy > 0.5", "the accuracy ends above a value"),
    ];

    private static readonly ValueChoice[] s_abort =
    [
        new("loss > 8", "ends the run where the loss is above a value"),
        new("loss rises", "ends the run where the loss rises"),
        new("reward < -5", "ends the run where the reward is below a value"),
        new("grad_norm > 100", "ends the run where the norm of the gradients is above a value"),
        new("learning_rate > 0.01", "ends the run where the learning rate is above a value"),
    ];

    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => asked.Parameter == "AbortIf" ? s_abort : s_expect;
}
