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

    [Parameter(HelpMessage = Texts.AskName, Position = 0, ParameterSetName = ByName)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    [RunTransform]
    [Needed("Get-VastRun   then -Name <name>")]
    public string[] Name { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskRunId, ParameterSetName = ByRunId, ValueFromPipelineByPropertyName = true)]
    [RunTransform]
    [ArgumentCompleter(typeof(RunNameCompleter))]
    public string[] RunId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin() => KeyPath = this.Resolve(KeyPath);

    /// <summary>The runs meant, each once; what is not found is told.</summary>
    private protected Task<IReadOnlyList<RunRecord>> FindAsync(ILane lane, CancellationToken stop) =>
        RunInput.FindAsync(Services, Name, RunId, KeyPath, lane.Error, stop);
}
