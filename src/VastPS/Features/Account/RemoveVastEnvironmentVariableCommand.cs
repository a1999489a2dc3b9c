using System.Management.Automation;
using VastPS.Features.Account;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Takes environment variables from the account. Instances that run keep them.</summary>
[Cmdlet(
    VerbsCommon.Remove, Nouns.EnvironmentVariable, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Remove-VastEnvironmentVariable")]
[OutputType(typeof(void))]
public sealed class RemoveVastEnvironmentVariableCommand : VastCmdlet
{
    private const string ByName = "ByName";
    private const string ByObject = "ByObject";

    [Parameter(HelpMessage = Texts.AskVariableName, Position = 0, ParameterSetName = ByName)]
    [Needed("-Name HF_TOKEN")]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Name { get; set; } = [];

    // Many things have a name: only a variable may bind here.
    [Parameter(Mandatory = true, HelpMessage = Texts.AskVariable, ValueFromPipeline = true, ParameterSetName = ByObject)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
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
