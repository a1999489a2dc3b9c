using System.Globalization;
using System.Management.Automation;
using VastPS.Basics;

namespace VastPS.Commands;

/// <summary>
/// The error catalogue: for every reason its category, its sentence and the next thing to type.
/// In sentence and next step {0} is the thing the user gave, {1} and on are the facts of the exception.
/// </summary>
internal static partial class VastErrors
{
    /// <summary>One entry of the catalogue.</summary>
    internal sealed record Entry(ErrorCategory Category, string Sentence, string Next);

    /// <summary>The catalogue, by reason.</summary>
    internal static IReadOnlyDictionary<VastReason, Entry> Catalogue { get; } = new Dictionary<VastReason, Entry>
    {
        [VastReason.InvalidValue] = new(ErrorCategory.InvalidArgument,
            "{0} cannot be used for {1}: {2}.", "{3}"),
        [VastReason.NeedsConfirmation] = new(ErrorCategory.InvalidOperation,
            "{0} asks before it acts, and nobody can answer here.", "{0} ... -Confirm:$false"),
        [VastReason.ModelUnknown] = new(ErrorCategory.ObjectNotFound,
            "The catalogue has no model '{0}'; near it are {1}.", "New-VastWorkload -ConfigPath <config.json> -Method LoRA"),
        [VastReason.ModelConfigInvalid] = new(ErrorCategory.InvalidData,
            "{0} does not describe a model that can be estimated: {1}.", "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -VocabSize 32000 -Method LoRA"),
        [VastReason.WorkloadContradicts] = new(ErrorCategory.InvalidArgument,
            "{0} contradicts {1}: {2}.", "Change one of the two: Get-Help New-VastWorkload -Full"),
        [VastReason.WorkloadUnreadable] = new(ErrorCategory.InvalidData,
            "{0} does not hold a workload: {1}.", "New-VastWorkload ... | ConvertTo-Json | Set-Content work.json"),
    };

    /// <summary>The record the engine shows for an exception of ours.</summary>
    public static ErrorRecord Record(VastException error)
    {
        Entry entry = Catalogue[error.Reason];
        string next = Fill(entry.Next, error);
        error.Say(next.Length == 0 ? Fill(entry.Sentence, error) : $"{Fill(entry.Sentence, error)} Next: {next}");
        return new ErrorRecord(error, error.ErrorId, entry.Category, error.Target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = next },
        };
    }

    private static string Fill(string format, VastException error)
    {
        object?[] values = [error.Target, .. error.Facts, "", "", "", "", ""];
        return Redactor.Clean(string.Format(CultureInfo.InvariantCulture, format, values).Trim());
    }
}
