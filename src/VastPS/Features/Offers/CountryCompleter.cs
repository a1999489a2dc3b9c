using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>Offers the codes of countries, found by code or name.</summary>
public sealed class CountryCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) =>
        Countries.All.SelectMany(c => c.Names.Select(name => new ValueChoice(c.Code, c.Names[0]) { Alias = name }));
}
