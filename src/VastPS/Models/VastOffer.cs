using VastPS.Basics;

namespace VastPS;

/// <summary>A slice of a machine that can be rented. Fields that the server did not send are null, never 0.</summary>
public sealed class VastOffer
{
    internal VastOffer()
    {
    }

    /// <summary>The offer to rent; an offer id lives until the offer is rented or changes.</summary>
    public long OfferId { get; internal init; }

    /// <summary>The machine behind the offer; offers of one machine share its GPUs.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>The host who owns the machine.</summary>
    public long? HostId { get; internal init; }

    /// <summary>GPU model as Vast spells it, with blanks.</summary>
    public string? GpuName { get; internal init; }

    /// <summary>GPUs in this slice.</summary>
    public int? GpuCount { get; internal init; }

    /// <summary>Memory of one GPU in GiB, as the driver reports it.</summary>
    public double? VramGiB { get; internal init; }

    /// <summary>Memory of all GPUs of the slice in GiB.</summary>
    public double? TotalVramGiB { get; internal init; }

    /// <summary>System RAM of this slice in GiB.</summary>
    public double? UsableRamGiB { get; internal init; }

    /// <summary>CPU cores of this slice.</summary>
    public double? UsableCores { get; internal init; }

    /// <summary>CPU model.</summary>
    public string? CpuName { get; internal init; }

    /// <summary>Disk in GB that the price includes.</summary>
    public double DiskGB { get; internal init; }

    /// <summary>Largest disk in GB that this slice can have.</summary>
    public double? AvailableDiskGB { get; internal init; }

    /// <summary>Disk read rate of the machine in MB/s, as Vast measured it.</summary>
    public double? DiskReadMBps { get; internal init; }

    /// <summary>All-in price in USD per hour: GPUs and DiskGB of disk, without traffic.</summary>
    public decimal? PricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of the GPUs in USD per hour.</summary>
    public decimal? GpuPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of DiskGB of disk in USD per hour, charged in every state until the instance is removed.</summary>
    public decimal? DiskPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Disk tariff in USD per GB and month of 720 hours.</summary>
    public decimal? DiskPricePerGBMonth { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of traffic to the instance in USD per GB.</summary>
    public decimal? DownPricePerGB { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of traffic from the instance in USD per GB.</summary>
    public decimal? UpPricePerGB { get; internal init => field = Usd.Round(value); }

    /// <summary>Lowest bid in USD per hour that wins now, for the whole slice; can be above the on-demand price.</summary>
    public decimal? MinBidPerHour { get; internal init => field = Usd.Ceiling(value); }

    /// <summary>How the offer was searched: on demand, interruptible or reserved.</summary>
    public VastOfferType Type { get; internal init; }

    /// <summary>Advertised download rate of the whole machine in Mbps (megabits per second).</summary>
    public double? DownMbps { get; internal init; }

    /// <summary>Advertised upload rate of the whole machine in Mbps.</summary>
    public double? UpMbps { get; internal init; }

    /// <summary>Share of the time the machine was up, 0 to 1.</summary>
    public double? Reliability { get; internal init; }

    /// <summary>verified, unverified or deverified.</summary>
    public string? Verification { get; internal init; }

    /// <summary>True for data-centre hosts, false for community hosts, null where unknown.</summary>
    public bool? IsDatacenter { get; internal init; }

    /// <summary>True where the address does not change.</summary>
    public bool? HasStaticIp { get; internal init; }

    /// <summary>Open ports of this slice; null where unknown.</summary>
    public int? DirectPortCount { get; internal init; }

    /// <summary>Region and country as the host gave them.</summary>
    public string? Location { get; internal init; }

    /// <summary>Two-letter country code.</summary>
    public string? Country { get; internal init; }

    /// <summary>Address of the machine.</summary>
    public string? PublicIpAddress { get; internal init; }

    /// <summary>Highest CUDA version the driver supports.</summary>
    public decimal? CudaVersion { get; internal init; }

    /// <summary>CUDA compute capability, such as 8.9; null for other makers' cards.</summary>
    public decimal? ComputeCapability { get; internal init; }

    /// <summary>Driver version.</summary>
    public string? DriverVersion { get; internal init; }

    /// <summary>nvidia or amd.</summary>
    public string? GpuArchitecture { get; internal init; }

    /// <summary>amd64 or arm64.</summary>
    public string? CpuArchitecture { get; internal init; }

    /// <summary>Memory bandwidth of one GPU in GB/s.</summary>
    public double? GpuMemoryGBps { get; internal init; }

    /// <summary>PCIe bandwidth in GB/s.</summary>
    public double? PcieGBps { get; internal init; }

    /// <summary>NVLink bandwidth in GB/s as Vast measured it; null where it did not, which says nothing about the board.</summary>
    public double? NvlinkGBps { get; internal init; }

    /// <summary>Share of the machine's GPUs in this slice, 0 to 1.</summary>
    public double? GpuFraction { get; internal init; }

    /// <summary>True where a display uses the GPU and some of its memory.</summary>
    public bool? HasDisplay { get; internal init; }

    /// <summary>Vast's deep-learning score of the whole offer.</summary>
    public double? DlPerf { get; internal init; }

    /// <summary>Vast's ranking.</summary>
    public double? Score { get; internal init; }

    /// <summary>True while the offer can be rented.</summary>
    public bool? IsRentable { get; internal init; }

    /// <summary>True where somebody rents it now.</summary>
    public bool? IsRented { get; internal init; }

    /// <summary>When the offer ends; an instance stops then and cannot restart.</summary>
    public DateTimeOffset? ContractEnd { get; internal init; }

    /// <summary>Time left until ContractEnd when the offer was read.</summary>
    public TimeSpan? Remaining { get; internal init; }

    /// <summary>When the offer was read.</summary>
    public DateTimeOffset ReadAt { get; internal init; }

    /// <summary>Every field as the server sent it, under the server's names.</summary>
    public IReadOnlyDictionary<string, object?> Raw { get; internal init; } = RawFields.None;

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"offer {OfferId}: {GpuCount}x {GpuName}, {PricePerHour:0.000} USD/h");
}
