using System.Management.Automation.Runspaces;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Offers the runs started from here, the newest first: by their ids where an id is wanted, else by their names.</summary>
public sealed class RunNameCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked)
    {
        var services = RunspaceServices.Of(Runspace.DefaultRunspace);
        bool isId = asked.Parameter.Equals(nameof(VastRun.RunId), StringComparison.OrdinalIgnoreCase);
        return services.RunRecords.All(services.Api.Server).OrderByDescending(r => r.StartedAt).Select(r => isId
            ? new ValueChoice(r.RunId, $"{r.Name}, {State(r)}: {r.Command}") { Alias = r.Name }
            : new ValueChoice(r.Name, $"{State(r)}: {r.Command}"));
    }

    private static string State(RunRecord run) => run.End?.Outcome.ToString() ?? "not seen to have ended";
}
