using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace VastPS.Features.Estimation;

/// <summary>Completes names of the built-in models, with or without their owner.</summary>
public sealed class ModelNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        return ModelCatalogue.Names
            .Where(n => n.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                || n[(n.IndexOf('/', StringComparison.Ordinal) + 1)..].StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(n => new CompletionResult(n));
    }
}
