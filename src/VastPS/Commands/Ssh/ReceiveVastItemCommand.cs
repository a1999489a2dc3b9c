using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Ssh;
using VastPS.Transfer;

namespace VastPS.Commands.Ssh;

/// <summary>Receives files and trees from a box, whole or not at all, and never outside the folder named.</summary>
[Cmdlet(VerbsCommunications.Receive, Nouns.Item, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastTransferResult))]
public sealed class ReceiveVastItemCommand : VastCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string[] Path { get; set; } = [];

    [Parameter(Position = 1)]
    public string Destination { get; set; } = ".";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Destination = this.Resolve(Destination)!;
        foreach (string path in Path)
        {
            Check.RemotePath(path, nameof(Path));
        }
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in World.EachAsync(InstanceId, lane.Error, stop))
        {
            if (!await lane.ConfirmAsync(instance.ToString(), Texts.ReceiveAction(Path, Destination)))
            {
                continue;
            }

            try
            {
                await using ISshLink link = await World.Boxes.ConnectAsync(instance, KeyPath, stop);
                foreach (string path in Path)
                {
                    await ReceiveAsync(path, instance, link, lane, stop);
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private async Task ReceiveAsync(string path, VastInstance instance, ISshLink link, ILane lane, CancellationToken stop)
    {
        try
        {
            VastTransferResult result = await new ReceiveFlow(World.Clock).RunAsync(
                path, Recurse, Destination, instance.InstanceId, link, lane.Error, p => lane.Progress("Receiving", p.Status, p.Percent, p.Left), stop);
            if (PassThru)
            {
                lane.Write(result);
            }
        }
        catch (VastException e)
        {
            lane.Error(e);
        }
    }
}
