using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Rents a volume on a machine, exactly once. It is charged until it is removed.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Volume, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "New-VastVolume")]
[OutputType(typeof(VastVolume))]
public sealed class NewVastVolumeCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskMachineId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Needed("Get-VastOffer   then New-VastVolume -MachineId <id>")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    [IdTransform(nameof(VastOffer.MachineId))]
    public long MachineId { get; set; }

    [Parameter(HelpMessage = Texts.AskSizeGB)]
    [SizeTransform("GB")]
    [Needed("-SizeGB 100")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double SizeGB { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Name { get; set; } = "data";

    private protected override void Begin()
    {
        Check.InRange(SizeGB, 1, 100_000, nameof(SizeGB));
        Check.That(
            Name.Length is > 0 and <= 40 && Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'), Name, nameof(Name),
            "it must be 1 to 40 letters, digits or underscores", "-Name datasets");
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        try
        {
            VolumePlan plan = await Services.Volumes.PlanAsync(MachineId, SizeGB, stop);
            if (await lane.ConfirmAsync(Texts.VolumeTarget(plan), Texts.VolumeAction(plan)))
            {
                lane.Write(await Services.Volumes.RentAsync(plan, Name, stop));
            }
        }
        catch (VastException e) when (e.Reason == VastReason.NoVolumeOffer)
        {
            lane.Error(e);
        }
    }
}
