namespace VastPS.Features.Estimation;

/// <summary>What one resource must have, in three cases, with the lines that add up to each.</summary>
internal sealed record Requirement(VastRange Bytes, string BindingMoment, IReadOnlyList<VastMemoryTerm> Terms)
{
    private static readonly Case[] s_cases = [Case.Optimistic, Case.Base, Case.Pessimistic];

    /// <summary>The same, of which the pessimistic case has at least so many bytes; what is missing is a line of its own.</summary>
    public Requirement WithPessimistic(double least, string line)
    {
        long missing = (long)Math.Ceiling(least - Bytes.Pessimistic);
        return missing <= 0 ? this : this with
        {
            Bytes = new VastRange(Bytes.Optimistic, Bytes.Base, Bytes.Pessimistic + missing),
            Terms = [.. Terms, new VastMemoryTerm(line, 0, 0, missing)],
        };
    }

    /// <summary>A run needs as much as its largest moment, not the sum of all; which that is may differ from case to case.</summary>
    public static Requirement Largest(Func<Case, IEnumerable<Moment>> moments)
    {
        Moment[] binding = [.. s_cases.Select(c => moments(c).MaxBy(m => m.Total)!)];
        var names = new List<string>();
        foreach (string name in binding.SelectMany(m => m.Lines).Select(l => l.Name))
        {
            if (!names.Contains(name))
            {
                names.Add(name);
            }
        }

        return new Requirement(
            new VastRange(binding[0].Total, binding[1].Total, binding[2].Total),
            binding[1].Name,
            [.. names.Select(n => new VastMemoryTerm(n, binding[0].Of(n), binding[1].Of(n), binding[2].Of(n)))]);
    }
}
