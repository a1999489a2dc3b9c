namespace VastPS.Kernel.Shell;

/// <summary>The offers that this runspace found last: what may be rented by id without a new search.</summary>
internal sealed class RecentOffers
{
    private const int Most = 200;

    private IReadOnlyList<VastOffer> _offers = [];

    public IReadOnlyList<VastOffer> All => Volatile.Read(ref _offers);

    public void Keep(IReadOnlyList<VastOffer> found) =>
        Volatile.Write(ref _offers, [.. found.Concat(All).DistinctBy(o => o.OfferId).Take(Most)]);
}
