using System.Management.Automation;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Opens connections to boxes and keeps them open until they are removed; commands for the same boxes use them.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Session, HelpUri = Nouns.Help + "New-VastSession")]
[OutputType(typeof(VastSession))]
public sealed class NewVastSessionCommand : VastCmdlet
{
    private readonly List<long> _boxes = [];

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan ConnectTimeout { get; set; } = SshTarget.UsualTimeout;

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int ThrottleLimit { get; set; } = ManyInstances.UsualLimit;

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(ConnectTimeout, nameof(ConnectTimeout), Check.LongestTimerDays);
        Check.InRange(ThrottleLimit, 1, ManyInstances.MostAtOnce, nameof(ThrottleLimit));
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        _boxes.AddRange(InstanceId);
        return Task.CompletedTask;
    }

    private protected override Task FinishAsync(ILane lane, CancellationToken stop) => ManyInstances.EachAsync(
        [.. _boxes.Distinct()],
        ThrottleLimit,
        async (box, end) => lane.Write(await Services.Connections.HoldAsync(box, KeyPath, ConnectTimeout, end)),
        lane.Error,
        stop);
}
