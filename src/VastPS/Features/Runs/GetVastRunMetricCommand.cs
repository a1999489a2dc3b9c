using System.Management.Automation;
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

    private protected override void Begin()
    {
        base.Begin();
        Path = Path.Length > 0 ? this.Resolve(Path)! : "";
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        WildcardPattern wanted = Check.Pattern(Metric, nameof(Metric));
        void Read(MetricParser parser, LogLine line)
        {
            foreach (VastMetric metric in parser.Read(line).Where(m => wanted.IsMatch(m.Name)))
            {
                lane.Write(metric);
            }
        }

        if (Path.Length > 0)
        {
            var local = new MetricParser();
            foreach (LogLine line in LogFile.Read(Path))
            {
                Read(local, line);
            }

            return;
        }

        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            var parser = new MetricParser();
            await Services.RunLogs.ReadAsync(
                run, new LogRequest(null, Follow: false, KeyPath), line => Read(parser, line), lane.Warn, stop);
        }
    }
}
