using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>One offer: the object that is sent, and what the service knows beside it.</summary>
internal sealed class SimOffer
{
    public SimOffer(JsonObject fields)
    {
        Fields = fields;
        Id = (long)(Json.Number(fields["id"]) ?? Json.Number(fields["ask_contract_id"]) ?? 0);
        MachineId = (long)(Json.Number(fields["machine_id"]) ?? 0);
        GpuIds = fields["gpu_ids"] is JsonArray ids ? [.. ids.Select(id => (long)(Json.Number(id) ?? 0))] : [];
        IsRentable = Json.Flag(fields["rentable"], true);
        GpuPrice = Json.Number(fields["dph_base"]) ?? Json.Number(fields["dph_total"]) ?? 0;
    }

    /// <summary>The fields as listed; prices in them are for 8 GB of disk.</summary>
    public JsonObject Fields { get; }

    public long Id { get; }

    public long MachineId { get; }

    public IReadOnlyList<long> GpuIds { get; }

    /// <summary>Listed as free; whether it is free now also depends on what this account rents.</summary>
    public bool IsRentable { get; }

    /// <summary>GPU price in USD an hour; a fault can raise it.</summary>
    public double GpuPrice { get; set; }

    public double MinBid => Json.Number(Fields["min_bid"]) ?? 0;

    public double StorageCost => Json.Number(Fields["storage_cost"]) ?? 0.2;

    public bool Overlaps(IEnumerable<long> gpus) => GpuIds.Intersect(gpus).Any();
}
