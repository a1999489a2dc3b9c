using System.Management.Automation;
using VastPS.Features.Account;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Takes environment variables from the account. Instances that run keep them.</summary>
[Cmdlet(
    VerbsCommon.Remove, Nouns.EnvironmentVariable, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ByName)]
[OutputType(typeof(void))]
public sealed class RemoveVastEnvironmentVariableCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Name { get; set; } = [];

    // Many things have a name: only a variable may bind here.
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public VastEnvironmentVariable[] Variable { get; set; } = [];

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<string> all = await Services.Api.GetVariableNamesAsync(stop);
        foreach (string name in ParameterSetName == ByName ? Name : Variable.Select(v => v.Name))
        {
            if (!all.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                lane.Error(new VastException(VastReason.VariableNotFound, name));
            }
            else if (await lane.ConfirmAsync(name, Texts.RemoveVariableAction))
            {
                await Services.Api.RemoveVariableAsync(name, stop);
            }
        }
    }
}
