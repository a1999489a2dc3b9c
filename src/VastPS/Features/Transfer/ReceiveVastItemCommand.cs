using System.Management.Automation;
using VastPS.Features.Transfer;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Receives files and trees from a box, whole or not at all, and never outside the folder named.</summary>
[Cmdlet(VerbsCommunications.Receive, Nouns.Item, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Receive-VastItem")]
[OutputType(typeof(VastTransferResult))]
public sealed class ReceiveVastItemCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskReceiveVastItemPath, Position = 0)]
    [Needed("-Path out")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] Path { get; set; } = [];

    [Parameter(Position = 1)]
    public string Destination { get; set; } = ".";

    [Parameter(HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] Exclude { get; set; } = [];

    [Parameter]
    public string? ExcludeFrom { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        ExcludeFrom = this.Resolve(ExcludeFrom);
        Destination = this.Resolve(Destination)!;
        Check.RemotePaths(Path, nameof(Path));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            string what = Texts.ReceiveAction(Path, Destination, instance);
            if (!await lane.ConfirmAsync(instance.ToString(), what))
            {
                continue;
            }

            try
            {
                lane.Progress(what, instance.ToString());
                await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
                foreach (string path in Path)
                {
                    await ReceiveAsync(path, what, instance, link, lane, stop);
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private async Task ReceiveAsync(string path, string what, VastInstance instance, ISshLink link, ILane lane, CancellationToken stop)
    {
        try
        {
            var flow = new ReceiveFlow(
                end => Services.Connections.ConnectAloneAsync(instance, KeyPath, end),
                LocalTree.Rules(ExcludeFrom, Exclude),
                Services.NamesOf,
                Services.Clock);
            var listener = new ReceiveListener(lane.Error, p => lane.Progress(what, p.Status, p.Percent, p.Left), lane.Verbose);
            var request = new ReceiveRequest(path, Recurse, Destination, instance.InstanceId);
            VastTransferResult result = await flow.RunAsync(request, link, listener, stop);
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
