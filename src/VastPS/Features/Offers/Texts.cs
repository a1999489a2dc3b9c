using VastPS.Kernel.Api;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string NoOffer = "No offer matches. To see which filter is in the way, type the same command with -Explain.";

    public const string Explaining = "Searching again, each time without one of the filters";

    public const string OfferNotListed = "It is rented, changed or withdrawn.";

    public static string UnknownOfferField(string field) =>
        $"VastPS knows no field '{field}' of the server; near it: {string.Join(", ", OfferFields.Near(field))}. The filter was sent "
        + "all the same, and may have no effect.";

    public static string MoreOffers(int listed) => FormattableString.Invariant(
        $"{listed} offers are listed, and the market may have more that match, cheaper ones too. Narrow the search, or raise -First.");

    public static string Of(int done, int all) => $"{done} of {all}";
}
