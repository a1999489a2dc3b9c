using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using VastPS.Simulator;

namespace VastPS.Features.Simulation;

/// <summary>Offers the names of the simulator's faults.</summary>
public sealed class FaultCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SimFaults.Names
            .Where(n => n.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(n => new CompletionResult(n));
}
