using System.Management.Automation;
using VastPS.Commands.Binding;

namespace VastPS.Commands.Instances;

/// <summary>Starts a stopped instance; the GPU is charged again.</summary>
[Cmdlet(VerbsLifecycle.Start, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(VastInstance))]
public sealed class StartVastInstanceCommand : VastCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance found in World.EachAsync(InstanceId, lane.Error, stop))
        {
            if (await lane.ConfirmAsync(found.ToString(), Texts.StartAction(found.PricePerHour)))
            {
                lane.Write(await World.Power.StartAsync(found, stop));
            }
        }
    }
}
