using VastPS.Kernel.Logs;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>Offers the common names of metrics; a log may hold others.</summary>
public sealed class MetricNameCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) =>
        MetricAliases.All.Select(a => a.Common).Distinct().Select(n => new ValueChoice(n, ""));
}
