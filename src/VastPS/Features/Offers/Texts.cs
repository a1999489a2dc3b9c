namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string NoOffer = "No offer matches. Which filter is in the way: the same command with -Explain";

    public const string Explaining = "Searching without one filter after the other";

    public const string OfferNotListed = "It is rented, changed or withdrawn.";

    public static string UnknownOfferField(string field) =>
        $"The server is not known to have a field '{field}'; it was sent all the same, and may have no effect.";

    public static string Of(int done, int all) => $"{done} of {all}";
}
