using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace VastPS.Kernel.Shell;

/// <summary>Offers the ids of rented instances, with what they are. Answers in a moment or not at all.</summary>
public sealed class InstanceIdCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            RunspaceServices services = RunspaceServices.Of(Runspace.DefaultRunspace);
            using var limit = new CancellationTokenSource(s_limit, services.Clock);
            IReadOnlyList<VastInstance> all =
                Task.Run(() => services.Api.GetInstancesAsync(limit.Token), limit.Token).GetAwaiter().GetResult();
            return [.. all
                .Select(i => (Id: i.InstanceId.ToString(CultureInfo.InvariantCulture), What: i.ToString()))
                .Where(i => i.Id.StartsWith(wordToComplete, StringComparison.Ordinal))
                .Select(i => new CompletionResult(i.Id, i.What, CompletionResultType.ParameterValue, i.What))];
        }
        catch (Exception e) when (e is VastException or OperationCanceledException)
        {
            // A completer has nowhere to report to; no proposal is the answer.
            return [];
        }
    }
}
