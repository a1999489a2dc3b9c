using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Measures on the box what it can really download.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Bandwidth, HelpUri = Nouns.Help + "Test-VastBandwidth")]
[OutputType(typeof(VastCheckResult), typeof(bool))]
public sealed class TestVastBandwidthCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinMbps { get; set; }

    [Parameter]
    [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? SizeGB { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public Uri[] Uri { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int SampleCount { get; set; } = 3;

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan SampleTime { get; set; } = TimeSpan.FromSeconds(4);

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private BandwidthOptions _options = null!;

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(MinMbps, nameof(MinMbps));
        Check.Positive(SizeGB, nameof(SizeGB));
        Check.InRange(SampleCount, 1, 20, nameof(SampleCount));
        Check.InRange(SampleTime.TotalSeconds, 1, 60, nameof(SampleTime));
        _options = new BandwidthOptions(DownloadUris.Of(Uri, nameof(Uri)), SampleCount, SampleTime, MinMbps, SizeGB);
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            try
            {
                lane.Progress("Measuring downloads on the box", instance.ToString());
                await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
                VastCheckResult result = await BandwidthProbe.RunAsync(instance, link, _options, stop);
                lane.Write(Quiet ? result.Status == VastCheckStatus.Pass : result);
                CheckFixes.Tell(Quiet ? [] : [result], lane);
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
