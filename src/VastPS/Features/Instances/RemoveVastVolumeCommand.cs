using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Removes volumes with all that is on them, and returns only when they are gone.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.Volume, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Remove-VastVolume")]
[OutputType(typeof(void))]
public sealed class RemoveVastVolumeCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskVolumeId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Needed("Get-VastVolume   then Remove-VastVolume -VolumeId <id>")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public long[] VolumeId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    // Errors come last: one may end the pipeline, and the others would go on costing.
    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastVolume> all = await Services.Api.GetVolumesAsync(stop);
        foreach (long id in VolumeId)
        {
            try
            {
                VastVolume found = VolumeRule.Removable(id, all, Force);
                if (await lane.ConfirmAsync(found.ToString(), Texts.RemoveVolumeAction))
                {
                    await Services.Volumes.RemoveAsync(found, stop);
                }
            }
            catch (VastException e)
            {
                Kept.Add(e);
            }
        }
    }
}
