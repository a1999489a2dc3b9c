namespace VastPS.Features.Estimation;

/// <summary>What is held at one moment of a run, line by line, in whole bytes so that the lines add up exactly.</summary>
internal sealed class Moment(string name)
{
    // More than any machine has, and small enough that sums stay exact as integers and as doubles.
    private const double Limit = 1e14;

    private readonly List<(string Name, long Bytes)> _lines = [];

    public string Name => name;

    public IReadOnlyList<(string Name, long Bytes)> Lines => _lines;

    public long Total => _lines.Sum(l => l.Bytes);

    /// <summary>Bytes of one line; 0 where it does not occur.</summary>
    public long Of(string line) => _lines.Where(l => l.Name == line).Sum(l => l.Bytes);

    /// <summary>Adds a line; what does not occur is left out.</summary>
    public Moment Add(string line, double bytes)
    {
        if (bytes > 0)
        {
            _lines.Add((line, (long)Math.Ceiling(Math.Min(bytes, Limit))));
        }

        return this;
    }
}
