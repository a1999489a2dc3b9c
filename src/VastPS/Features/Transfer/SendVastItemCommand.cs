using System.Management.Automation;
using VastPS.Features.Transfer;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Sends files and trees to a box, whole or not at all.</summary>
[Cmdlet(
    VerbsCommunications.Send,
    Nouns.Item,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ByPath)]
[OutputType(typeof(VastTransferResult))]
public sealed class SendVastItemCommand : VastCmdlet
{
    private const string ByPath = "ByPath";
    private const string ByLiteralPath = "ByLiteralPath";

    private IReadOnlyList<string> _paths = [];
    private IReadOnlyList<SendItem>? _items;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath)]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1)]
    public string Destination { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter AllowSecretPath { get; set; }

    [Parameter]
    [ValidateNotNull]
    public string[] Exclude { get; set; } = [];

    [Parameter]
    public string? ExcludeFrom { get; set; }

    [Parameter]
    public SwitchParameter UseGitIgnore { get; set; }

    [Parameter]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        ExcludeFrom = this.Resolve(ExcludeFrom);
        Check.RemotePath(Destination, nameof(Destination));
        _paths = ParameterSetName == ByPath ? this.Matches(Path) : [.. LiteralPath.Select(p => this.Resolve(p)!)];
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        _items ??= SendFlow.Plan(
            _paths,
            new ExcludeStack(LocalTree.Rules(ExcludeFrom, Exclude)),
            new SendOptions(Recurse, UseGitIgnore, AllowSecretPath),
            (path, why) => lane.Warn(Texts.NotSent(path, why)),
            stop);
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            string what = Texts.SendAction(_items, Destination, instance);
            if (!await lane.ConfirmAsync(instance.ToString(), what))
            {
                continue;
            }

            try
            {
                lane.Progress(what, instance.ToString());
                await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
                var flow = new SendFlow(end => Services.Connections.ConnectAloneAsync(instance, KeyPath, end), Services.Clock);
                IReadOnlyList<VastTransferResult> sent = await flow.RunAsync(
                    _items,
                    Destination,
                    instance.InstanceId,
                    link,
                    new SendListener(p => lane.Progress(what, p.Status, p.Percent, p.Left), lane.Verbose),
                    stop);
                foreach (VastTransferResult result in PassThru ? sent : [])
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
}
