using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Lists rented volumes.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Volume, HelpUri = Nouns.Help + "Get-VastVolume")]
[OutputType(typeof(VastVolume))]
public sealed class GetVastVolumeCommand : VastCmdlet
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public long[] VolumeId { get; set; } = [];

    [Parameter]
    public SwitchParameter Mine { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastVolume> all = await Services.Api.GetVolumesAsync(stop);
        foreach (VastVolume volume in all.Where(v => (VolumeId.Length == 0 || VolumeId.Contains(v.VolumeId)) && (!Mine || v.IsMine)))
        {
            lane.Write(volume);
        }

        foreach (long id in VolumeId.Where(id => all.All(v => v.VolumeId != id)))
        {
            lane.Error(new VastException(VastReason.VolumeNotFound, id));
        }
    }
}
