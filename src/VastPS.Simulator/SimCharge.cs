using VastPS.Simulator.Instances;

namespace VastPS.Simulator;

/// <summary>The simulator's own account of one instance, USD: what its bill is made from.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Label">Its label, if any.</param>
/// <param name="IsGone">True once it is destroyed.</param>
/// <param name="Gpu">GPUs so far.</param>
/// <param name="Disk">Disk so far.</param>
/// <param name="Traffic">Traffic so far.</param>
/// <param name="PerHour">What an hour costs as things stand, without traffic.</param>
public sealed record SimCharge(long InstanceId, string? Label, bool IsGone, double Gpu, double Disk, double Traffic, double PerHour)
{
    /// <summary>All of it.</summary>
    public double Total => Gpu + Disk + Traffic;

    internal static SimCharge Of(SimInstance one, DateTimeOffset now)
    {
        InstanceCost cost = one.Cost(one.Life.Created, now);
        bool isGone = one.Life.Phase == Phase.Gone;
        double rate = isGone || one.Life.Phase == Phase.Offline ? 0 : one.Life.GpuRate + one.DiskPrice;
        return new SimCharge(one.Id, one.Label, isGone, cost.Gpu, cost.Disk, cost.Down + cost.Up, rate);
    }
}
