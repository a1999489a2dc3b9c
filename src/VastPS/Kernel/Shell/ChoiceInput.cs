using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

/// <summary>Refuses words that are no choice, with those that are.</summary>
internal static class ChoiceInput
{
    // What other tools call it.
    private static readonly IReadOnlyDictionary<string, string> s_aliases =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["FINETUNE"] = nameof(VastRunMethod.Full),
        ["FINETUNING"] = nameof(VastRunMethod.Full),
        ["SFT"] = nameof(VastRunMethod.Full),
        ["PRETRAIN"] = nameof(VastRunMethod.Full),
        ["PEFT"] = nameof(VastRunMethod.LoRA),
        ["SERVE"] = nameof(VastRunMethod.Inference),
        ["GENERATE"] = nameof(VastRunMethod.Inference),
        ["BFLOAT16"] = nameof(VastPrecision.BF16),
        ["FLOAT32"] = nameof(VastPrecision.FP32),
        ["FP16"] = nameof(VastPrecision.Mixed),
        ["AMP"] = nameof(VastPrecision.Mixed),
        ["4BIT"] = nameof(VastQuantization.NF4),
        ["SPOT"] = nameof(VastOfferType.Interruptible),
        ["BID"] = nameof(VastOfferType.Interruptible),
        ["DESTROY"] = nameof(VastFinishAction.Remove),
        ["DELETE"] = nameof(VastFinishAction.Remove),
    };

    /// <summary>InvalidValue where a bound parameter holds a word that is no choice.</summary>
    public static void Demand(PSCmdlet command)
    {
        foreach (string name in command.MyInvocation.BoundParameters.Keys)
        {
            if (command.GetType().GetProperty(name) is { } property && property.GetCustomAttribute<ChoiceTransformAttribute>() is { } about
                && property.GetValue(command) is Enum choice && Convert.ToInt64(choice, CultureInfo.InvariantCulture) is var value
                && LateWords.IsCode(value))
            {
                throw Wrong(LateWords.Here.Read(value), name, Enum.GetNames(about.Choices));
            }
        }
    }

    /// <summary>InvalidValue: the word, the choices and the one that was probably meant.</summary>
    public static VastException Wrong(string typed, string parameter, IReadOnlyList<string> choices)
    {
        string near = Near(typed, choices);
        return new VastException(
            VastReason.InvalidValue, $"'{typed}'", "-" + parameter, "it is one of " + string.Join(", ", choices), $"-{parameter} {near}");
    }

    private static string Near(string typed, IReadOnlyList<string> choices) =>
        s_aliases.TryGetValue(Plain(typed), out string? meant) && choices.Contains(meant) ? meant
        : NearNames.Of(typed, choices, Plain)[0];

    private static string Plain(string text) => new([.. text.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
}
