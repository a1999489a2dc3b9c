using System.ComponentModel;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Base of the commands that are given runs, by name or id.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VastRunCmdlet : VastCmdlet
{
    private protected const string ByName = "ByName";
    private protected const string ByRunId = "ByRunId";

    private protected VastRunCmdlet()
    {
    }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    public string[] RunId { get; set; } = [];

    [Parameter]
    public string? KeyPath { get; set; }

    private protected override void Begin() => KeyPath = this.Resolve(KeyPath);

    /// <summary>The runs meant, each once; what is not found is told.</summary>
    private protected Task<IReadOnlyList<RunRecord>> FindAsync(ILane lane, CancellationToken stop) =>
        RunInput.FindAsync(Services, Name, RunId, KeyPath, lane.Error, stop);
}
