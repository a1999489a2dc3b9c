using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>Offers what can be sorted by: properties first, then fields of the server; a minus behind one sorts descending.</summary>
public sealed class OfferFieldCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked)
    {
        // Of several only the last is still being typed.
        string before = asked.Typed[..(asked.Typed.LastIndexOf(',') + 1)];
        return OfferFields.Properties.Concat(OfferFields.Names.Order(StringComparer.Ordinal))
            .Select(n => new ValueChoice(before + n, $"{n}: ascending; {n}- descending"));
    }
}
