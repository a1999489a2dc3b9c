using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Draws the curve of a metric in the terminal.</summary>
[Cmdlet(VerbsCommon.Show, Nouns.RunMetric, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Show-VastRunMetric")]
[OutputType(typeof(string))]
public sealed class ShowVastRunMetricCommand : VastMetricCmdlet
{
    private const string ByMetric = "ByMetric";
    private const int MostSize = 1000;
    private const int UsualHeight = 12;

    private readonly List<VastMetric> _piped = [];
    private Func<VastMetric, bool>[] _wanted = [];
    private int _drawn;

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInputObject, ParameterSetName = ByMetric, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastMetric[] InputObject { get; set; } = [];

    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MetricNameCompleter))]
    public string[]? Metric { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int? Width { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Height { get; set; } = UsualHeight;

    private protected override void Begin()
    {
        base.Begin();
        Check.InRange(Width ?? TerminalWidth.Plain, CurveModel.LeastWidth, MostSize, nameof(Width));
        Check.InRange(Height, CurveModel.LeastHeight, MostSize, nameof(Height));
        _wanted = [.. (Metric ?? []).Select(m => Wanted(m, nameof(Metric)))];

        // In the last column some terminals break the line.
        Width ??= Math.Max(CurveModel.LeastWidth, TerminalWidth.Of(Host) - 1);
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (ParameterSetName == ByMetric)
        {
            _piped.AddRange(InputObject);
            return;
        }

        var read = new List<(string From, List<VastMetric> Metrics)>();
        await ReadAsync(from => read.Add((from, [])), metrics => read[^1].Metrics.AddRange(metrics), lane, stop);
        read.ForEach(r => Draw(r.From, r.Metrics, lane));
    }

    private protected override Task FinishAsync(ILane lane, CancellationToken stop)
    {
        if (_piped.Count > 0)
        {
            Draw("", _piped, lane);
        }

        return Task.CompletedTask;
    }

    private void Draw(string from, List<VastMetric> metrics, ILane lane)
    {
        IReadOnlyList<Curve> curves = CurvePlan.Curves(from, metrics, _wanted);
        if (curves.Count == 0 && metrics.Count > 0)
        {
            lane.Warn(Texts.NothingToDraw(from, metrics.Select(m => m.Name).Distinct()));
        }

        foreach (Curve curve in curves)
        {
            if (_drawn++ > 0)
            {
                lane.Write("");
            }

            foreach (string line in CurveModel.Draw(curve, Width!.Value, Height))
            {
                lane.Write(line);
            }
        }
    }
}
