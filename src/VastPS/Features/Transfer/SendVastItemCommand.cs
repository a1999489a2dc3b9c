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
    DefaultParameterSetName = ByPath,
    HelpUri = Nouns.Help + "Send-VastItem")]
[OutputType(typeof(VastTransferResult))]
public sealed class SendVastItemCommand : VastCmdlet
{
    private const string ByPath = "ByPath";
    private const string ByLiteralPath = "ByLiteralPath";

    private readonly List<string> _paths = [];
    private IReadOnlyList<SendItem>? _items;
    private bool _gathers;
    private string _here = "";

    [Parameter(HelpMessage = Texts.AskSendVastItemPath, Position = 0, ParameterSetName = ByPath)]
    [SupportsWildcards]
    [Needed("-Path ./code")]
    public string[] Path { get; set; } = [];

    [Parameter(
        Mandatory = true, HelpMessage = Texts.AskLiteralPath, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(HelpMessage = Texts.AskDestination, Position = 1)]
    [Needed("-Destination /root/data")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Destination { get; set; } = "";

    [Parameter(HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter AllowSecretPath { get; set; }

    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] Exclude { get; set; } = [];

    [Parameter]
    public string? ExcludeFrom { get; set; }

    [Parameter]
    public SwitchParameter UseGitIgnore { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        ExcludeFrom = this.Resolve(ExcludeFrom);
        Check.RemotePath(Destination, nameof(Destination));
        _here = this.Resolve(".")!;
        _paths.AddRange(this.Matches(Path));
        _paths.AddRange(LiteralPath.Select(p => this.Resolve(p)!));

        // Files of the pipeline are gathered, and sent together.
        _gathers = MyInvocation.ExpectingInput && _paths.Count == 0;
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (!_gathers)
        {
            return SendAsync(lane, stop);
        }

        _paths.AddRange(LiteralPath.Select(p => SendFlow.PathOf(p, _here)));
        return Task.CompletedTask;
    }

    private protected override Task FinishAsync(ILane lane, CancellationToken stop) =>
        _gathers && _paths.Count > 0 ? SendAsync(lane, stop) : Task.CompletedTask;

    private async Task SendAsync(ILane lane, CancellationToken stop)
    {
        _items ??= SendFlow.Plan(
            [.. _paths.Distinct()],
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
