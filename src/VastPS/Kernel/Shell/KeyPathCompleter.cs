using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace VastPS.Kernel.Shell;

/// <summary>Offers the private keys of this user; once a path is begun, files as everywhere.</summary>
public sealed class KeyPathCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult>? CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<string> keys = wordToComplete.Length == 0 ? RunspaceServices.Of(Runspace.DefaultRunspace).SshKeys.Files() : [];
        return keys.Count == 0 ? null : [.. keys.Select(k => new CompletionResult(k))];
    }
}
