using VastPS.Basics;

namespace VastPS.Features.Estimation;

/// <summary>What a run costs in USD: GPUs while the container runs, disk as long as it exists, traffic by the byte.</summary>
internal sealed class CostModel(Machine machine, double diskGB, Traffic traffic)
{
    private const decimal HoursPerMonth = 720;

    /// <summary>USD per hour for the disk.</summary>
    public decimal DiskPerHour => machine.DiskPricePerHour
        ?? (machine.DiskPricePerGBMonth is { } tariff ? tariff * (decimal)diskGB / HoursPerMonth : 0);

    /// <summary>USD per hour while it runs, without traffic; null where the machine names no price.</summary>
    public decimal? PerHour => machine.GpuPricePerHour + DiskPerHour;

    /// <summary>Cost in three cases; null where the machine names no price.</summary>
    public VastCostRange? Of(IReadOnlyList<TimeLine> lines)
    {
        if (machine.GpuPricePerHour is not { } gpu)
        {
            return null;
        }

        decimal moved = TrafficCost();
        VastCostDriver[] drivers =
        [
            Driver("GPU", c => gpu * Hours(lines.Where(l => l.IsBilled), c)),
            Driver("Disk", c => DiskPerHour * Hours(lines, c)),
            Driver("Traffic", _ => moved),
        ];
        return new VastCostRange
        {
            Optimistic = drivers.Sum(d => d.Optimistic),
            Base = drivers.Sum(d => d.Base),
            Pessimistic = drivers.Sum(d => d.Pessimistic),
            Drivers = drivers,
        };
    }

    /// <summary>Cost if it runs until the deadline.</summary>
    public decimal? Until(TimeSpan? deadline) => PerHour * (decimal?)deadline?.TotalHours + TrafficCost();

    private decimal TrafficCost()
    {
        double down = (machine.InstanceId is null ? traffic.Image : 0) + traffic.Download;
        return ((decimal)(down / Bytes.GB) * (machine.DownPricePerGB ?? 0))
            + ((decimal)(traffic.Upload / Bytes.GB) * (machine.UpPricePerGB ?? 0));
    }

    private static decimal Hours(IEnumerable<TimeLine> lines, Case c) => (decimal)(lines.Sum(l => l.Seconds[c]) / 3600);

    private static VastCostDriver Driver(string name, Func<Case, decimal> cost) => new()
    {
        Name = name,
        Optimistic = cost(Case.Optimistic),
        Base = cost(Case.Base),
        Pessimistic = cost(Case.Pessimistic),
    };
}
