using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>Offers the hashes of templates, with what they are.</summary>
public sealed class TemplateCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Proposals.Of(
            async (services, stop) =>
                (await services.Api.GetTemplatesAsync(new Dictionary<string, object>(), stop).ConfigureAwait(false))
                .Select(t => (t.TemplateHash, t.ToString())),
            wordToComplete);
}
