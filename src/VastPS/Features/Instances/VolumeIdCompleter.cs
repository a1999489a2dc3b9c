using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Instances;

/// <summary>Offers the numbers of rented volumes, with what they are.</summary>
public sealed class VolumeIdCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Proposals.Of(async (services, stop) => (await services.Api.GetVolumesAsync(stop).ConfigureAwait(false))
            .Select(v => (v.VolumeId.ToString(CultureInfo.InvariantCulture), v.ToString())), wordToComplete);
}
