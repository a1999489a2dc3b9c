using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Reads metrics from the log of a run, or from a local file.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.RunMetric, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Get-VastRunMetric")]
[OutputType(typeof(VastMetric))]
public sealed class GetVastRunMetricCommand : VastMetricCmdlet
{
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MetricNameCompleter))]
    public string Metric { get; set; } = "*";

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        Func<VastMetric, bool> isWanted = Wanted(Metric, nameof(Metric));
        var curves = new Sparklines();
        return ReadAsync(_ => curves = new Sparklines(), Write, lane, stop);

        void Write(IEnumerable<VastMetric> metrics)
        {
            foreach (VastMetric metric in metrics.Where(isWanted))
            {
                lane.Write(curves.With(metric));
            }
        }
    }
}
