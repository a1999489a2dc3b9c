using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>Offers the names of the runs started from here, the newest first.</summary>
public sealed class RunNameCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var services = RunspaceServices.Of(Runspace.DefaultRunspace);
            return [.. services.RunRecords
                .Where(services.Api.Server, r => r.Name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(r => r.StartedAt)
                .Select(r => new CompletionResult(r.Name, r.Name, CompletionResultType.ParameterValue, r.Command))];
        }
        catch (VastException)
        {
            // A completer has nowhere to report to; no proposal is the answer.
            return [];
        }
    }
}
