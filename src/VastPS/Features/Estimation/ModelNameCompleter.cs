using VastPS.Kernel.Shell;

namespace VastPS.Features.Estimation;

/// <summary>Completes names of the built-in models with their size, with or without their owner.</summary>
public sealed class ModelNameCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => ModelCatalogue.All.Select(m => new ValueChoice(
        m.Name, FormattableString.Invariant($"{m.Name}, {m.PublishedParameters / 1e9:0.##} B parameters"))
    {
        Alias = m.Name[(m.Name.IndexOf('/', StringComparison.Ordinal) + 1)..],
    });
}
