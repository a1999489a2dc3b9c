using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>Offers the fields of the query language, and its operators behind a field.</summary>
public sealed class OfferQueryCompleter : ValueCompleter
{
    private static readonly string[] s_operators = ["=", ">=", "<=", ">", "<", "!="];

    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked)
    {
        int piece = asked.Typed.LastIndexOf(' ') + 1;
        string before = asked.Typed[..piece];
        string field = asked.Typed[piece..];
        return OfferFields.IsKnown(OfferFields.Named(field))
            ? s_operators.Select(o => new ValueChoice(before + field + o, $"{field} {o} <value>"))
            : OfferFields.Names.Order(StringComparer.Ordinal)
                .Select(n => new ValueChoice(before + n, $"{n}<operator><value>, as num_gpus=1"));
    }
}
