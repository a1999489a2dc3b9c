using System.Globalization;
using System.Management.Automation.Runspaces;

namespace VastPS.Kernel.Shell;

/// <summary>Offers the ids that the last searches of this session found, with what they are.</summary>
public sealed class OfferIdCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked) => RunspaceServices.Of(Runspace.DefaultRunspace)
        .Shared(_ => new RecentOffers()).All
        .Select(o => new ValueChoice(o.OfferId.ToString(CultureInfo.InvariantCulture), o.ToString()));
}
