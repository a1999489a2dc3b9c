namespace VastPS.Features.Runs;

/// <summary>Gives each metric that passes by the curve of its name so far.</summary>
internal sealed class Sparklines
{
    // A log of random words must not fill the memory.
    private const int MostNames = 4096;

    private readonly Dictionary<string, Sparkline> _byName = [];

    /// <summary>The metric with its curve.</summary>
    public VastMetric With(VastMetric metric)
    {
        if (!_byName.TryGetValue(metric.Name, out Sparkline? line))
        {
            if (_byName.Count == MostNames)
            {
                _byName.Clear();
            }

            _byName[metric.Name] = line = new Sparkline();
        }

        line.Add(metric.Value);
        return metric.With(line.ToString());
    }
}
