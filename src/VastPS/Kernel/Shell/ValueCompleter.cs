using System.Collections;
using System.ComponentModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace VastPS.Kernel.Shell;

/// <summary>A value that may be typed.</summary>
/// <param name="Text">The value.</param>
/// <param name="Tip">What it is.</param>
internal sealed record ValueChoice(string Text, string Tip)
{
    /// <summary>True where it is a piece of the language, such as @{ } or a bracket, and is not put into quotes.</summary>
    public bool IsCode { get; init; }

    /// <summary>Another word that finds it, such as the name of what has an id.</summary>
    public string Alias { get; init; } = "";
}

/// <summary>
/// Base of the completers: matches what was typed, quotes, and never fails. It answers with no value rather than none at all, so that
/// the engine does not offer file names in its place.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ValueCompleter : IArgumentCompleter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(1000);

    private protected ValueCompleter()
    {
    }

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        try
        {
            return [.. Choices(new ValueAsked(commandName, parameterName, typed, fakeBoundParameters))
                .Where(c => IsWanted(c, typed)).DistinctBy(c => c.Text)
                .Select(c => new CompletionResult(
                    Quoted(c), c.Text, CompletionResultType.ParameterValue, c.Tip.Length > 0 ? c.Tip : c.Text))];
        }
        catch (Exception e) when (e is VastException or AggregateException or OperationCanceledException)
        {
            // A completer has nowhere to report to; no proposal is the answer.
            return [];
        }
    }

    private protected abstract IEnumerable<ValueChoice> Choices(ValueAsked asked);

    private protected virtual bool IsWanted(ValueChoice choice, string typed) =>
        choice.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
        || (choice.Alias.Length > 0 && choice.Alias.StartsWith(typed, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the server answers in a moment; what is already known where it does not, or where there is no account.</summary>
    private protected static T Ask<T>(Func<RunspaceServices, CancellationToken, Task<T>> ask, Func<RunspaceServices, T> otherwise)
    {
        RunspaceServices services = RunspaceServices.Of(Runspace.DefaultRunspace);
        using var limit = new CancellationTokenSource(s_limit, services.Clock);
        try
        {
            return Task.Run(() => ask(services, limit.Token), limit.Token).WaitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is VastException or OperationCanceledException)
        {
            return otherwise(services);
        }
    }

    private static string Quoted(ValueChoice choice) =>
        choice.IsCode || choice.Text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '~' or '=')
            ? choice.Text
            : "'" + choice.Text.Replace("'", "''", StringComparison.Ordinal) + "'";
}

/// <summary>What a completer is asked.</summary>
/// <param name="Command">The command.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Typed">What is typed of the value, without quotes.</param>
/// <param name="Bound">What is typed for other parameters.</param>
internal sealed record ValueAsked(string Command, string Parameter, string Typed, IDictionary Bound);
