using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api.Wire;

/// <summary>An instance as the server sends it: its names, its units.</summary>
internal sealed class WireInstance
{
    [JsonProperty("id")] public long? Id { get; set; }

    [JsonProperty("machine_id")] public long? MachineId { get; set; }

    [JsonProperty("host_id")] public long? HostId { get; set; }

    [JsonProperty("label")] public string? Label { get; set; }

    [JsonProperty("actual_status")] public string? ActualStatus { get; set; }

    [JsonProperty("intended_status")] public string? IntendedStatus { get; set; }

    [JsonProperty("cur_state")] public string? CurState { get; set; }

    [JsonProperty("status_msg")] public string? StatusMsg { get; set; }

    [JsonProperty("gpu_name")] public string? GpuName { get; set; }

    [JsonProperty("num_gpus")] public long? NumGpus { get; set; }

    /// <summary>MiB.</summary>
    [JsonProperty("gpu_ram")] public double? GpuRam { get; set; }

    [JsonProperty("gpu_frac")] public double? GpuFrac { get; set; }

    /// <summary>Percent.</summary>
    [JsonProperty("gpu_util")] public double? GpuUtil { get; set; }

    [JsonProperty("gpu_mem_bw")] public double? GpuMemBw { get; set; }
    [JsonProperty("bw_nvlink")] public double? BwNvlink { get; set; }

    [JsonProperty("compute_cap")] public double? ComputeCap { get; set; }

    [JsonProperty("cuda_max_good")] public double? CudaMaxGood { get; set; }

    [JsonProperty("driver_version")] public string? DriverVersion { get; set; }

    /// <summary>MiB of the whole machine, unlike in an offer.</summary>
    [JsonProperty("cpu_ram")] public double? CpuRam { get; set; }

    [JsonProperty("cpu_cores_effective")] public double? CpuCoresEffective { get; set; }

    /// <summary>GB.</summary>
    [JsonProperty("disk_space")] public double? DiskSpace { get; set; }

    [JsonProperty("uptime_mins")] public double? UptimeMins { get; set; }

    /// <summary>GB; -1 unknown.</summary>
    [JsonProperty("disk_usage")] public double? DiskUsage { get; set; }

    [JsonProperty("dph_base")] public double? DphBase { get; set; }

    [JsonProperty("dph_total")] public double? DphTotal { get; set; }

    /// <summary>USD per GB and month, whatever some documents say.</summary>
    [JsonProperty("storage_cost")] public double? StorageCost { get; set; }

    /// <summary>USD per hour.</summary>
    [JsonProperty("storage_total_cost")] public double? StorageTotalCost { get; set; }

    [JsonProperty("inet_down_cost")] public double? InetDownCost { get; set; }

    [JsonProperty("inet_up_cost")] public double? InetUpCost { get; set; }

    [JsonProperty("is_bid")] public bool? IsBid { get; set; }

    /// <summary>The bid that wins now.</summary>
    [JsonProperty("min_bid")] public double? MinBid { get; set; }

    [JsonProperty("inet_down")] public double? InetDown { get; set; }

    [JsonProperty("inet_up")] public double? InetUp { get; set; }

    [JsonProperty("reliability2")] public double? Reliability2 { get; set; }

    [JsonProperty("image_uuid")] public string? ImageUuid { get; set; }

    [JsonProperty("image_runtype")] public string? ImageRuntype { get; set; }

    [JsonProperty("geolocation")] public string? Geolocation { get; set; }

    /// <summary>Unix seconds.</summary>
    [JsonProperty("start_date")] public double? StartDate { get; set; }

    /// <summary>Unix seconds.</summary>
    [JsonProperty("end_date")] public double? EndDate { get; set; }

    /// <summary>Seconds left until end_date.</summary>
    [JsonProperty("duration")] public double? Duration { get; set; }

    [JsonProperty("public_ipaddr")] public string? PublicIpAddr { get; set; }

    /// <summary>Docker's map: "22/tcp" to a list of HostIp and HostPort, the port as text.</summary>
    [JsonProperty("ports")] public JToken? Ports { get; set; }

    [JsonProperty("ssh_host")] public string? SshHost { get; set; }

    [JsonProperty("ssh_port")] public long? SshPort { get; set; }

    [JsonProperty("ssh_user")] public string? SshUser { get; set; }
}
