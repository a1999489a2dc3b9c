using System.ComponentModel;
using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Features.Runs;
using VastPS.Kernel.Local;
using VastPS.Kernel.Logs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Base of the commands that read metrics from the logs of runs, or from a file on this computer.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VastMetricCmdlet : VastRunCmdlet
{
    private protected const string ByPath = "ByPath";

    private protected VastMetricCmdlet()
    {
    }

    [Parameter(Mandatory = true, HelpMessage = Texts.AskVastMetricPath, ParameterSetName = ByPath)]
    public string Path { get; set; } = "";

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Pattern { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        Path = Path.Length > 0 ? this.Resolve(Path)! : "";
    }

    /// <summary>Reads what was named, and gives the metrics as they come; what a file looks like that holds none is told.</summary>
    /// <param name="begin">Gets the name of each log before its metrics.</param>
    /// <param name="take">Gets the metrics.</param>
    /// <param name="lane">Where warnings and errors go.</param>
    /// <param name="stop">Ends the reading.</param>
    private protected async Task ReadAsync(
        Action<string> begin, Action<IEnumerable<VastMetric>> take, ILane lane, CancellationToken stop)
    {
        Regex? pattern = LogPattern.Read(Pattern);
        if (Path.Length > 0)
        {
            var file = new LogFile(Path);
            long read = 0;
            begin(System.IO.Path.GetFileName(Path));
            take(file.Read(pattern).Select(m => (m, read++).m));
            LogNotes.Tell(file, Path, read, lane.Warn);
            return;
        }

        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            var parser = new MetricParser(pattern);
            begin(run.Name);
            await Services.RunLogs.ReadAsync(
                run, new LogRequest(null, Follow: false, KeyPath), line => take(parser.Read(line)), lane.Warn, stop);
            take(parser.Finish());
        }
    }

    /// <summary>Finds the metrics that a text with wildcards names, as logged or by their common name.</summary>
    private protected static Func<VastMetric, bool> Wanted(string metric, string parameter)
    {
        WildcardPattern wanted = Check.Pattern(metric, parameter);

        // "loss" is the one of the training, whatever the log calls it; a mean over an epoch that bears its name is another.
        return MetricNames.IsCommon(metric.ToLowerInvariant())
            ? m => m.CommonName is { } common && wanted.IsMatch(common)
            : m => wanted.IsMatch(m.Name) || (m.CommonName is { } name && wanted.IsMatch(name));
    }
}
