using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Account;

/// <summary>Offers the names of the account's environment variables.</summary>
public sealed class VariableNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Proposals.Of(
            async (services, stop) => (await services.Api.GetVariableNamesAsync(stop).ConfigureAwait(false)).Select(n => (n, n)),
            wordToComplete);
}
