using System.Management.Automation;
using System.Management.Automation.Runspaces;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

/// <summary>What completers of things on the server propose. They answer in a moment or not at all.</summary>
internal static class Proposals
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(300);

    /// <summary>The values whose text or explanation holds what was typed.</summary>
    public static IEnumerable<CompletionResult> Of(
        Func<RunspaceServices, CancellationToken, Task<IEnumerable<(string Value, string What)>>> ask, string typed)
    {
        try
        {
            RunspaceServices services = RunspaceServices.Of(Runspace.DefaultRunspace);
            using var limit = new CancellationTokenSource(s_limit, services.Clock);
            string wanted = typed.Trim('\'', '"');
            return [.. Task.Run(() => ask(services, limit.Token), limit.Token).GetAwaiter().GetResult()
                .Where(p => p.Value.Contains(wanted, StringComparison.OrdinalIgnoreCase)
                    || p.What.Contains(wanted, StringComparison.OrdinalIgnoreCase))
                .Select(p => new CompletionResult(
                    PowerShellQuote.Word(p.Value), p.What, CompletionResultType.ParameterValue, p.What))];
        }
        catch (Exception e) when (e is VastException or OperationCanceledException)
        {
            // A completer has nowhere to report to; no proposal is the answer.
            return [];
        }
    }
}
