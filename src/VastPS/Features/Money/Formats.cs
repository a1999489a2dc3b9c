namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Where a cost ends: closed, or the burn goes on.</summary>
    public static string Closed(VastCost cost) => cost.IsClosed ? "closed" : "running";
}
