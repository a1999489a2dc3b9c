using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Estimates time and cost of a run on offers or instances, each with a range and what drives it.</summary>
[Cmdlet(VerbsDiagnostic.Measure, Nouns.Run, DefaultParameterSetName = ByOffer, HelpUri = Nouns.Help + "Measure-VastRun")]
[OutputType(typeof(VastRunEstimate))]
public sealed class MeasureVastRunCommand : VastComputeCmdlet
{
    internal const string ByOffer = "ByOffer";
    internal const string ByFit = "ByFit";
    internal const string ByInstance = "ByInstance";

    private readonly List<VastRunEstimate> _estimates = [];
    private RunEstimator? _estimator;
    private VastWorkload? _estimated;
    private IReadOnlyList<MeasuredRun>? _history;

    [Parameter(Position = 0)] [ArgumentCompleter(typeof(ExampleCompleter))] public VastWorkload? Workload { get; set; }

    [Parameter(Mandatory = true, HelpMessage = Texts.AskOffer, ValueFromPipeline = true, ParameterSetName = ByOffer)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastOffer[] Offer { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskFit, ValueFromPipeline = true, ParameterSetName = ByFit)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastRunFit[] Fit { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInstance, ValueFromPipeline = true, ParameterSetName = ByInstance)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastInstance[] Instance { get; set; } = [];

    [Parameter] [DurationTransform] [ArgumentCompleter(typeof(ExampleCompleter))] public TimeSpan? StepTime { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? Steps { get; set; }
    [Parameter] [SizeTransform("GiB")] [ArgumentCompleter(typeof(ExampleCompleter))] public double? PeakVramGiB { get; set; }
    [Parameter] [SizeTransform("GB")] [ArgumentCompleter(typeof(ExampleCompleter))] public double? DiskGB { get; set; }
    [Parameter] [DurationTransform] [ArgumentCompleter(typeof(ExampleCompleter))] public TimeSpan? MaxRuntime { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public VastRunEstimate[] History { get; set; } = [];
    [Parameter] public SwitchParameter NoLocalHistory { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public int? First { get; set; }

    private protected override void Compute()
    {
        foreach ((Machine machine, VastWorkload? work) in MeasureInput.Machines(this))
        {
            try
            {
                VastRunEstimate estimate = EstimatorFor(work).Judge(machine);
                if (First is null)
                {
                    WriteObject(estimate);
                }
                else
                {
                    _estimates.Add(estimate);
                }
            }
            catch (VastException e) when (e.Reason == VastReason.GpuSpeedUnknown)
            {
                Fail(e);
            }
        }
    }

    private protected override void Finish() =>
        WriteObject(EstimateRanking.Cheapest(_estimates, First ?? 0), enumerateCollection: true);

    // One for all machines of a workload; its checks come before the first answer.
    private RunEstimator EstimatorFor(VastWorkload? work)
    {
        if (_estimator is null || !ReferenceEquals(work, _estimated))
        {
            MeasureInput.Check(this);
            _estimated = work;
            _estimator = new RunEstimator(MeasureInput.Options(this, work, _history ??= MeasureInput.Measured(this)));
        }

        return _estimator;
    }
}
