using System.Management.Automation;
using VastPS.Features.Money;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Finds instances that run, cost money and do nothing.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.IdleInstance, DefaultParameterSetName = All, HelpUri = Nouns.Help + "Get-VastIdleInstance")]
[OutputType(typeof(VastIdleInstance))]
public sealed class GetVastIdleInstanceCommand : VastCmdlet
{
    private const string All = "All";
    private const string ByInstance = "ByInstance";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Parameter(Mandatory = true,
        HelpMessage = Texts.AskInstanceId, Position = 0, ParameterSetName = ByInstance, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan For { get; set; } = TimeSpan.FromMinutes(15);

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(For, nameof(For));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (ParameterSetName == All)
        {
            foreach (VastInstance instance in (await Services.Api.GetInstancesAsync(stop)).Where(i => i.State == VastInstanceState.Running))
            {
                await LookAsync(instance, lane, stop);
            }
        }

        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            await LookAsync(instance, lane, stop);
        }
    }

    private async Task LookAsync(VastInstance instance, ILane lane, CancellationToken stop)
    {
        try
        {
            lane.Progress("Looking for signs of life", instance.ToString());
            await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
            IdleVerdict verdict = IdleRule.Judge(IdleScript.Read(await ProbeText.RunAsync(link, IdleScript.Body, s_limit, stop)), For);
            if (!verdict.WasSeen)
            {
                lane.Warn(Texts.IdleNotSeen(instance, verdict.Reasons));
            }
            else if (!verdict.IsIdle)
            {
                lane.Verbose(Texts.NotIdle(instance, verdict.Reasons));
            }
            else
            {
                lane.Write(Idle(instance, verdict));
            }
        }
        catch (VastException e)
        {
            lane.Error(e);
        }
    }

    private VastIdleInstance Idle(VastInstance instance, IdleVerdict verdict) => new()
    {
        InstanceId = instance.InstanceId,
        MachineId = instance.MachineId,
        Name = instance.Name,
        GpuName = instance.GpuName,
        GpuCount = instance.GpuCount,
        PricePerHour = instance.PricePerHour,
        QuietFor = verdict.QuietFor ?? For,
        LookedAt = Services.Clock.GetUtcNow(),
        Evidence = verdict.Reasons,
    };
}
