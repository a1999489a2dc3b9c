using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>Offers the GPU names that Vast knows. Answers in a moment or not at all; a slow answer is there the next time.</summary>
public sealed class GpuNameCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            RunspaceServices services = RunspaceServices.Of(Runspace.DefaultRunspace);
            Task<IReadOnlyList<string>> asked = Task.Run(() => services.Api.GetGpuNamesAsync(CancellationToken.None));
            _ = asked.ContinueWith(t => t.Exception, TaskScheduler.Default);
            return asked.Wait(s_limit) ? [.. Matching(asked.Result, wordToComplete)] : [];
        }
        catch (AggregateException)
        {
            // A completer has nowhere to report to; no proposal is the answer.
            return [];
        }
    }

    private static IEnumerable<CompletionResult> Matching(IReadOnlyList<string> names, string typed)
    {
        string wanted = typed.Trim('\'', '"').Replace('_', ' ');
        return names
            .Where(n => n.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(n => new CompletionResult(
                n.Contains(' ', StringComparison.Ordinal) ? $"'{n}'" : n, n, CompletionResultType.ParameterValue, n));
    }
}
