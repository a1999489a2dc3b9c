using System.Text.Json.Nodes;
using VastPS.Simulator.Boxes;
using VastPS.Simulator.Offers;
using VastPS.Simulator.Templates;

namespace VastPS.Simulator.Instances;

/// <summary>One rented instance.</summary>
internal sealed class SimInstance
{
    private readonly List<(DateTimeOffset At, long Down, long Up)> _traffic = [];

    public required long Id { get; init; }

    public required SimOffer Offer { get; init; }

    /// <summary>The offer as it was when it was rented.</summary>
    public required JsonObject Fields { get; init; }

    public required InstanceLife Life { get; init; }

    public required double DiskGB { get; init; }

    public required bool IsBid { get; init; }

    public required string Image { get; init; }

    public required string Runtype { get; init; }

    public required string ApiKey { get; init; }

    public required DateTimeOffset EndDate { get; set; }

    public string? Label { get; set; }

    public string? Onstart { get; init; }

    public JsonArray Args { get; init; } = [];

    /// <summary>Variables and docker options as they were sent.</summary>
    public JsonObject Env { get; init; } = [];

    /// <summary>The template that it was made of; null without one.</summary>
    public SimTemplate? Template { get; init; }

    /// <summary>Volumes that it uses, by their number.</summary>
    public IReadOnlyList<long> VolumeIds { get; init; } = [];

    /// <summary>Public keys that may log in.</summary>
    public List<SimKey> Keys { get; } = [];

    /// <summary>The sshd behind it, from its first start until it is destroyed.</summary>
    public SshdBox? Box { get; set; }

    /// <summary>What a test put in the place of the real status.</summary>
    public string? StatusOverride { get; set; }

    public string? MessageOverride { get; set; }

    public long MachineId => Offer.MachineId;

    public int GpuCount => (int)(Json.Number(Fields["num_gpus"]) ?? 1);

    public double StorageCost => Json.Number(Fields["storage_cost"]) ?? 0.2;

    public double DiskPrice => OfferPrice.Disk(DiskGB, StorageCost);

    public bool IsDirect => Runtype.Contains("direc", StringComparison.Ordinal);

    public bool IsJupyter => Runtype.Contains("jupyter", StringComparison.Ordinal);

    public void AddTraffic(DateTimeOffset at, long down, long up)
    {
        lock (_traffic)
        {
            _traffic.Add((at, down, up));
        }
    }

    public (long Down, long Up) Traffic(DateTimeOffset from, DateTimeOffset to)
    {
        lock (_traffic)
        {
            return (
                _traffic.Where(one => one.At >= from && one.At <= to).Sum(one => one.Down),
                _traffic.Where(one => one.At >= from && one.At <= to).Sum(one => one.Up));
        }
    }

    /// <summary>USD from one moment to another, by kind.</summary>
    public InstanceCost Cost(DateTimeOffset from, DateTimeOffset to)
    {
        (long down, long up) = Traffic(from, to);
        return new InstanceCost(
            Life.GpuCost(from, to),
            Life.DiskHours(from, to) * DiskPrice,
            down / 1e9 * (Json.Number(Fields["inet_down_cost"]) ?? 0),
            up / 1e9 * (Json.Number(Fields["inet_up_cost"]) ?? 0));
    }
}

/// <summary>What an instance cost in USD.</summary>
internal readonly record struct InstanceCost(double Gpu, double Disk, double Down, double Up)
{
    public double Total => Gpu + Disk + Down + Up;
}

/// <summary>A public key of the account.</summary>
internal sealed record SimKey(long Id, string PublicKey, DateTimeOffset Created);
