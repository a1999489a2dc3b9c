using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Features.Runs;
using VastPS.Kernel.Local;
using VastPS.Kernel.Logs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Reads metrics from the log of a run, or from a local file.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.RunMetric, DefaultParameterSetName = ByName)]
[OutputType(typeof(VastMetric))]
public sealed class GetVastRunMetricCommand : VastRunCmdlet
{
    private const string ByPath = "ByPath";

    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    public string Path { get; set; } = "";

    [Parameter]
    [SupportsWildcards]
    public string Metric { get; set; } = "*";

    [Parameter]
    public string? Pattern { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        Path = Path.Length > 0 ? this.Resolve(Path)! : "";
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        WildcardPattern wanted = Check.Pattern(Metric, nameof(Metric));
        Regex? pattern = LogPattern.Read(Pattern);
        void Write(IEnumerable<VastMetric> metrics)
        {
            foreach (VastMetric metric in metrics.Where(m => IsWanted(m, wanted)))
            {
                lane.Write(metric);
            }
        }

        if (Path.Length > 0)
        {
            var file = new LogFile(Path);
            long read = 0;
            Write(file.Read(pattern).Select(m => (m, read++).m));
            LogNotes.Tell(file, Path, read, lane.Warn);
            return;
        }

        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            var parser = new MetricParser(pattern);
            await Services.RunLogs.ReadAsync(
                run, new LogRequest(null, Follow: false, KeyPath), line => Write(parser.Read(line)), lane.Warn, stop);
            Write(parser.Finish());
        }
    }

    // "loss" is the one of the training, whatever the log calls it; a mean over an epoch that bears its name is another.
    private bool IsWanted(VastMetric metric, WildcardPattern wanted) => MetricNames.IsCommon(Metric.ToLowerInvariant())
        ? metric.CommonName is { } common && wanted.IsMatch(common)
        : wanted.IsMatch(metric.Name) || (metric.CommonName is { } name && wanted.IsMatch(name));
}
