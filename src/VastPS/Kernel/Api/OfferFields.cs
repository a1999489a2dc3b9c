using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

/// <summary>The fields that offers can be searched by, as the server names them, and what people call them.</summary>
internal static class OfferFields
{
    private static readonly IReadOnlySet<string> s_known = new HashSet<string>(StringComparer.Ordinal)
    {
        "ask_contract_id", "bundle_id", "bw_nvlink", "cluster_id", "compute_cap", "cpu_arch", "cpu_cores", "cpu_cores_effective", "cpu_ghz",
        "cpu_name", "cpu_ram", "cuda_max_good", "datacenter", "direct_port_count", "disk_bw", "disk_name", "disk_space", "dlperf",
        "dlperf_per_dphtotal", "dph_base", "dph_total", "driver_version", "duration", "end_date", "external", "flops_per_dphtotal",
        "geolocation", "gpu_arch", "gpu_display_active", "gpu_frac", "gpu_lanes", "gpu_max_power", "gpu_max_temp", "gpu_mem_bw", "gpu_name",
        "gpu_ram", "gpu_total_ram", "has_avx", "host_id", "hosting_type", "id", "inet_down", "inet_down_cost", "inet_up", "inet_up_cost",
        "machine_id",
        "min_bid", "mobo_name", "num_gpus", "os_version", "pci_gen", "pcie_bw", "public_ipaddr", "reliability", "reliability2",
        "rentable", "rented", "score", "start_date", "static_ip", "storage_cost", "total_flops", "ubuntu_version", "verification",
        "verified", "vms_enabled",
    };

    private static readonly IReadOnlyDictionary<string, string> s_aliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dph"] = "dph_total",
        ["cuda_vers"] = "cuda_max_good",
        ["dlperf_usd"] = "dlperf_per_dphtotal",
        ["flops_usd"] = "flops_per_dphtotal",
        ["display_active"] = "gpu_display_active",

        // The server takes a filter on id and does not apply it.
        ["id"] = "ask_contract_id",
    };

    private static readonly IReadOnlyDictionary<string, string> s_properties =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(VastOffer.PricePerHour)] = "dph_total",
        [nameof(VastOffer.GpuPricePerHour)] = "dph_base",
        [nameof(VastOffer.DiskPricePerHour)] = "storage_cost",
        [nameof(VastOffer.DiskPricePerGBMonth)] = "storage_cost",
        [nameof(VastOffer.DownPricePerGB)] = "inet_down_cost",
        [nameof(VastOffer.UpPricePerGB)] = "inet_up_cost",
        [nameof(VastOffer.MinBidPerHour)] = "min_bid",
        [nameof(VastOffer.Score)] = "score",
        [nameof(VastOffer.DlPerf)] = "dlperf",
        [nameof(VastOffer.Reliability)] = "reliability",
        [nameof(VastOffer.GpuName)] = "gpu_name",
        [nameof(VastOffer.GpuCount)] = "num_gpus",
        [nameof(VastOffer.GpuFraction)] = "gpu_frac",
        [nameof(VastOffer.VramGiB)] = "gpu_ram",
        [nameof(VastOffer.TotalVramGiB)] = "gpu_total_ram",
        [nameof(VastOffer.GpuMemoryGBps)] = "gpu_mem_bw",
        [nameof(VastOffer.PcieGBps)] = "pcie_bw",
        [nameof(VastOffer.NvlinkGBps)] = "bw_nvlink",
        [nameof(VastOffer.ComputeCapability)] = "compute_cap",
        [nameof(VastOffer.CudaVersion)] = "cuda_max_good",
        [nameof(VastOffer.DriverVersion)] = "driver_version",
        [nameof(VastOffer.GpuArchitecture)] = "gpu_arch",
        [nameof(VastOffer.HasDisplay)] = "gpu_display_active",
        [nameof(VastOffer.CpuName)] = "cpu_name",
        [nameof(VastOffer.CpuArchitecture)] = "cpu_arch",
        [nameof(VastOffer.UsableRamGiB)] = "cpu_ram",
        [nameof(VastOffer.UsableCores)] = "cpu_cores_effective",
        [nameof(VastOffer.AvailableDiskGB)] = "disk_space",
        [nameof(VastOffer.DiskReadMBps)] = "disk_bw",
        [nameof(VastOffer.DownMbps)] = "inet_down",
        [nameof(VastOffer.UpMbps)] = "inet_up",
        [nameof(VastOffer.DirectPortCount)] = "direct_port_count",
        [nameof(VastOffer.HasStaticIp)] = "static_ip",
        [nameof(VastOffer.PublicIpAddress)] = "public_ipaddr",
        [nameof(VastOffer.Location)] = "geolocation",
        [nameof(VastOffer.Verification)] = "verification",
        [nameof(VastOffer.IsDatacenter)] = "hosting_type",
        [nameof(VastOffer.IsRentable)] = "rentable",
        [nameof(VastOffer.IsRented)] = "rented",
        [nameof(VastOffer.Remaining)] = "duration",
        [nameof(VastOffer.ContractEnd)] = "end_date",
        [nameof(VastOffer.OfferId)] = "ask_contract_id",
        [nameof(VastOffer.MachineId)] = "machine_id",
        [nameof(VastOffer.HostId)] = "host_id",
    };

    /// <summary>Every field, and every name that people have for one.</summary>
    public static IEnumerable<string> Names => s_known.Concat(s_aliases.Keys).Distinct();

    /// <summary>The properties of an offer that it can be sorted by.</summary>
    public static IEnumerable<string> Properties => s_properties.Keys;

    /// <summary>The fields that may have been meant, the nearest first.</summary>
    public static IReadOnlyList<string> Near(string field) => [.. NearNames.Of(field, Names, Plain).Take(3)];

    public static bool IsKnown(string field) => s_known.Contains(field);

    /// <summary>The server's name for a field or one of its aliases.</summary>
    public static string Named(string field) => s_aliases.GetValueOrDefault(field, field);

    /// <summary>The server's name for a field, an alias or a property of <see cref="VastOffer"/>, to order by.</summary>
    /// <exception cref="VastException">OfferFieldUnknown, with the nearest names: the server would order by nothing and not say
    /// so.</exception>
    public static string ForOrder(string name)
    {
        string field = s_properties.GetValueOrDefault(name) ?? Named(name.ToLowerInvariant());
        if (IsKnown(field))
        {
            return field;
        }

        IReadOnlyList<string> near = NearNames.Of(
            name,
            [.. s_properties.Keys, .. s_known, .. s_aliases.Keys.Where(a => !s_known.Contains(a))],
            Plain);
        throw new VastException(VastReason.OfferFieldUnknown, name, string.Join(", ", near), string.Join(", ", s_properties.Keys), near[0]);
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>What the text language multiplies a number by: GB to MB, days to seconds.</summary>
    public static double? Multiplier(string field) => field switch
    {
        "cpu_ram" or "gpu_ram" or "gpu_total_ram" => 1000,
        "duration" => 86400,
        _ => null,
    };
}
