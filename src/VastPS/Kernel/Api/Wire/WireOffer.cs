using Newtonsoft.Json;

namespace VastPS.Kernel.Api.Wire;

/// <summary>An offer as the server sends it: its names, its units.</summary>
internal sealed class WireOffer
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("ask_contract_id")] public long? AskContractId { get; set; }

    [JsonProperty("machine_id")] public long? MachineId { get; set; }

    [JsonProperty("host_id")] public long? HostId { get; set; }

    [JsonProperty("hosting_type")] public long? HostingType { get; set; }

    [JsonProperty("verification")] public string? Verification { get; set; }

    [JsonProperty("rentable")] public bool? Rentable { get; set; }

    [JsonProperty("rented")] public bool? Rented { get; set; }

    [JsonProperty("gpu_name")] public string? GpuName { get; set; }

    [JsonProperty("num_gpus")] public long? NumGpus { get; set; }

    /// <summary>MiB.</summary>
    [JsonProperty("gpu_ram")] public double? GpuRam { get; set; }

    /// <summary>MiB.</summary>
    [JsonProperty("gpu_total_ram")] public double? GpuTotalRam { get; set; }

    [JsonProperty("gpu_frac")] public double? GpuFrac { get; set; }

    [JsonProperty("gpu_arch")] public string? GpuArch { get; set; }

    [JsonProperty("gpu_mem_bw")] public double? GpuMemBw { get; set; }

    [JsonProperty("gpu_display_active")] public bool? GpuDisplayActive { get; set; }

    [JsonProperty("bw_nvlink")] public double? BwNvlink { get; set; }

    /// <summary>Capability times 100; 0 for other makers.</summary>
    [JsonProperty("compute_cap")] public double? ComputeCap { get; set; }

    [JsonProperty("cuda_max_good")] public double? CudaMaxGood { get; set; }

    [JsonProperty("driver_version")] public string? DriverVersion { get; set; }

    [JsonProperty("dlperf")] public double? DlPerf { get; set; }

    [JsonProperty("score")] public double? Score { get; set; }

    [JsonProperty("cpu_arch")] public string? CpuArch { get; set; }

    [JsonProperty("cpu_name")] public string? CpuName { get; set; }

    [JsonProperty("cpu_cores_effective")] public double? CpuCoresEffective { get; set; }

    /// <summary>MiB of this slice.</summary>
    [JsonProperty("cpu_ram")] public double? CpuRam { get; set; }

    [JsonProperty("pcie_bw")] public double? PcieBw { get; set; }

    /// <summary>GB.</summary>
    [JsonProperty("disk_space")] public double? DiskSpace { get; set; }

    /// <summary>MB/s.</summary>
    [JsonProperty("disk_bw")] public double? DiskBw { get; set; }

    /// <summary>Megabits per second of the whole machine.</summary>
    [JsonProperty("inet_down")] public double? InetDown { get; set; }

    /// <summary>Megabits per second of the whole machine.</summary>
    [JsonProperty("inet_up")] public double? InetUp { get; set; }

    /// <summary>USD per GB.</summary>
    [JsonProperty("inet_down_cost")] public double? InetDownCost { get; set; }

    /// <summary>USD per GB.</summary>
    [JsonProperty("inet_up_cost")] public double? InetUpCost { get; set; }

    [JsonProperty("static_ip")] public bool? StaticIp { get; set; }

    /// <summary>-1 and 65535 mean unknown.</summary>
    [JsonProperty("direct_port_count")] public long? DirectPortCount { get; set; }

    [JsonProperty("public_ipaddr")] public string? PublicIpAddr { get; set; }

    [JsonProperty("geolocation")] public string? Geolocation { get; set; }

    /// <summary>USD per hour, GPUs only.</summary>
    [JsonProperty("dph_base")] public double? DphBase { get; set; }

    /// <summary>USD per hour with the disk the search assumed.</summary>
    [JsonProperty("dph_total")] public double? DphTotal { get; set; }

    /// <summary>USD per GB and month of 720 hours.</summary>
    [JsonProperty("storage_cost")] public double? StorageCost { get; set; }

    /// <summary>USD per hour.</summary>
    [JsonProperty("min_bid")] public double? MinBid { get; set; }

    [JsonProperty("reliability")] public double? Reliability { get; set; }

    [JsonProperty("reliability2")] public double? Reliability2 { get; set; }

    /// <summary>Unix seconds.</summary>
    [JsonProperty("end_date")] public double? EndDate { get; set; }

    /// <summary>Seconds left.</summary>
    [JsonProperty("duration")] public double? Duration { get; set; }
}
