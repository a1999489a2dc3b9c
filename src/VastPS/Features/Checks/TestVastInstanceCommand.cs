using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Runs the whole checklist on a box, the cheapest and deadliest first.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Instance, HelpUri = Nouns.Help + "Test-VastInstance")]
[OutputType(typeof(VastCheckResult), typeof(VastInstanceCheck), typeof(bool))]
public sealed class TestVastInstanceCommand : VastCmdlet
{
    private const int Samples = 2;

    private static readonly TimeSpan s_sampleTime = TimeSpan.FromSeconds(3);

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastWorkload? Workload { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinMbps { get; set; }

    [Parameter]
    [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinFreeGB { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public Uri[] Uri { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter FailFast { get; set; }

    [Parameter]
    public SwitchParameter Summary { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private IReadOnlyList<Uri> _uris = [];

    // What is fetched first: the weights, two bytes a parameter, and the data.
    private double? SizeGB => Workload is { } work ? (work.ParameterCount * 2 / 1e9) + work.DatasetGB : null;

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(MinMbps, nameof(MinMbps));
        Check.Positive(MinFreeGB, nameof(MinFreeGB));
        _uris = DownloadUris.Of(Uri, nameof(Uri));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            try
            {
                await TestAsync(instance, lane, stop);
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private async Task TestAsync(VastInstance instance, ILane lane, CancellationToken stop)
    {
        long begin = Services.Clock.GetTimestamp();
        var download = new BandwidthOptions(_uris, Samples, s_sampleTime, MinMbps, SizeGB);
        List<VastCheckResult> results = [];
        lane.Progress("Checking the box", instance.ToString());
        var list = new Checklist((box, ends) => Services.Connections.ConnectAsync(box, KeyPath, ends), Services.Clock);
        await foreach (VastCheckResult result in list.RunAsync(instance, new CheckOptions(MinFreeGB, Workload), download, stop))
        {
            results.Add(result);
            lane.Progress("Checking the box", $"{instance}: {result}");
            if (!Summary && !Quiet)
            {
                lane.Write(result);
            }

            if (FailFast && result.Status == VastCheckStatus.Fail)
            {
                break;
            }
        }

        var all = new VastInstanceCheck
        {
            InstanceId = instance.InstanceId,
            MachineId = instance.MachineId,
            Status = CheckResultFactory.Overall(results),
            Duration = Services.Clock.GetElapsedTime(begin),
            Checks = results,
        };
        bool speaksForIt = all.Status is VastCheckStatus.Pass or VastCheckStatus.Warn;
        await Services.Evidence.NoteAsync(instance.InstanceId, EvidenceKind.Checks, speaksForIt, all.ToString(), stop);
        if (Quiet)
        {
            lane.Write(all.IsPassed);
        }
        else if (Summary)
        {
            lane.Write(all);
        }

        CheckFixes.Tell(Quiet ? [] : results, lane);
    }
}
