namespace VastPS.Features.Instances;

/// <summary>What a bid on a rented instance does.</summary>
internal static class BidRule
{
    // What the server rounds away.
    private const decimal Rounding = 0.0001m;

    /// <summary>NotInterruptible where it was rented on demand.</summary>
    public static void Demand(VastInstance found)
    {
        if (!found.IsInterruptible)
        {
            throw new VastException(VastReason.NotInterruptible, found.InstanceId);
        }
    }

    /// <summary>True where the server says that a bid is below what wins now.</summary>
    public static bool Loses(VastInstance found, decimal bid) => bid < found.WinningBidPerHour;

    /// <summary>True where an instance shows a bid as its price.</summary>
    public static bool IsShown(VastInstance seen, decimal bid) => seen.GpuPricePerHour is { } price && Math.Abs(price - bid) < Rounding;
}
