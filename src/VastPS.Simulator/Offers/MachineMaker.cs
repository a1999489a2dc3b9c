using System.Text.Json.Nodes;

namespace VastPS.Simulator.Offers;

/// <summary>Makes up one machine and the overlapping offers of its GPUs.</summary>
internal sealed class MachineMaker
{
    private static readonly string[] s_places =
        [
            "California, US", "Texas, US", ", US", "Quebec, CA", "Czechia, CZ", "Germany, DE", "Sweden, SE", "Poland, PL", "Japan, JP",
            "Korea, KR", "Vietnam, VN", "Spain, ES", "Iceland, IS", "France, FR"
        ];

    private static readonly string[] s_drivers =
        ["535.183.01", "550.90.07", "560.35.03", "570.133.20", "575.64.03", "580.95.05", "580.126.20"];
    private static readonly double[] s_cudas = [12.2, 12.4, 12.6, 12.8, 12.9, 13.0, 13.0];
    private static readonly string[] s_cpus = [
        "AMD EPYC 7302P 16-Core Processor",
        "AMD EPYC 9354 32-Core Processor",
        "Xeon® Platinum 8480+",
        "Core™ i9-13900K",
        "AMD Ryzen 9 7950X 16-Core Processor"
    ];

    private readonly Random _dice;
    private readonly GpuModel _model;
    private readonly int _index;
    private readonly int _gpus;
    private readonly double _now;
    private readonly double _gpuPrice;
    private readonly string _verification;
    private readonly int _cores;
    private readonly int _driver;
    private readonly JsonObject _common;

    public MachineMaker(Random dice, int index, DateTimeOffset now)
    {
        _dice = dice;
        _index = index;
        _now = SimClock.Unix(now);
        MachineId = 10_000 + (index * 173) + dice.Next(100);
        _model = Pick(index);
        _gpus = _model.IsServer ? 1 << dice.Next(1, 4) : 1 << dice.Next(0, 3);
        _gpuPrice = Math.Round(_model.Price * (0.75 + (dice.NextDouble() * 0.7)), 4);
        _verification = index % 5 == 3 ? "unverified" : index % 31 == 17 ? "deverified" : "verified";
        _cores = Math.Max(16, _gpus * (8 << dice.Next(0, 3)));
        _driver = dice.Next(_model.ComputeCap >= 1000 ? 4 : 0, s_drivers.Length);
        _common = Common();
    }

    public long MachineId { get; }

    public List<JsonObject> Slices(ref long offerId, ref long gpuId)
    {
        long first = gpuId;
        gpuId += _gpus + _dice.Next(1, 30);
        List<JsonObject> slices = [];
        for (int size = 1; size <= _gpus; size *= 2)
        {
            // The small slices are offered once each of the first two groups, as on the real market.
            int groups = size == 1 ? Math.Min(2, _gpus) : 1;
            for (int group = 0; group < groups; group++)
            {
                offerId += _dice.Next(7, 900);
                slices.Add(Slice(offerId, size, [.. Enumerable.Range(group * size, size).Select(i => first + i)]));
            }
        }

        return slices;
    }

    private static GpuModel Pick(int index)
    {
        List<GpuModel> spread = [.. GpuModel.All.SelectMany(model => Enumerable.Repeat(model, model.Weight))];
        return spread[index * 37 % spread.Count];
    }

    private JsonObject Slice(long id, int size, long[] gpus)
    {
        double share = (double)size / _gpus;
        JsonObject offer = Json.Copy(_common);
        offer["id"] = id;
        offer["ask_contract_id"] = id;
        offer["bundle_id"] = 2_000_000_000 + (id % 90_000_000);
        offer["num_gpus"] = size;
        offer["gpu_ids"] = new JsonArray([.. gpus.Select(gpu => (JsonNode)gpu)]);
        offer["gpu_frac"] = share;
        offer["gpu_total_ram"] = size * _model.Ram;
        offer["total_flops"] = Math.Round(size * _model.Tflops, 6);
        offer["dlperf"] = Math.Round(_model.Dlperf * size * (0.9 + (_dice.NextDouble() * 0.1)), 6);
        offer["cpu_cores_effective"] = _cores * share;
        offer["cpu_ram"] = (int)(Json.Number(offer["cpu_ram"])! * share);
        offer["disk_space"] = Math.Round(Json.Number(offer["disk_space"])!.Value * share, 3);
        offer["direct_port_count"] = (int)(Json.Number(offer["direct_port_count"])! * share);
        double price = Math.Round(_gpuPrice * size, 6);
        offer["min_bid"] = Math.Round(price * (_dice.Next(17) == 0 ? 1.05 : 0.3 + (_dice.NextDouble() * 0.5)), 6);
        offer["dph_base"] = price;
        offer["score"] = Math.Round(_model.Dlperf * size / price * (0.5 + (_dice.NextDouble() * 0.2)), 6);
        OfferPrice.Write(offer, price, 8);
        Roughen(offer);
        return offer;
    }

    /// <summary>The unevenness of real answers: missing keys, nulls, blanks at the end.</summary>
    private void Roughen(JsonObject offer)
    {
        switch (_index % 10)
        {
            case 3:
                offer["public_ipaddr"] = offer["public_ipaddr"]!.GetValue<string>() + " ";
                break;
            case 5:
                offer.Remove("avail_vol_ask_id");
                offer.Remove("avail_vol_size");
                offer.Remove("avail_vol_dph");
                break;
            case 6:
                offer["geolocation"] = null;
                offer["hosting_type"] = null;
                break;
            case 8:
                offer["cpu_ghz"] = null;
                offer["disk_name"] = "";
                offer.Remove("mobo_name");
                break;
            case 9:
                offer["start_date"] = null;
                break;
            default:
                break;
        }
    }

    private JsonObject Common()
    {
        double end = _now + ((10 + _dice.Next(170)) * 86400.0);
        double down = Math.Round(150 + (Math.Pow(_dice.NextDouble(), 3) * 9000), 1);
        if (_index % 9 == 4)
        {
            down = Math.Round(2000 + (_dice.NextDouble() * 6000), 1);
        }

        double upPrice = _dice.Next(3) == 0 ? 0.0 : 2 / 1024.0 * (1 + _dice.Next(8));
        double downPrice = upPrice * 2 / 3;
        bool verified = _verification == "verified";
        double reliability = Math.Round(verified ? 0.97 + (_dice.NextDouble() * 0.0297) : 0.75 + (_dice.NextDouble() * 0.24), 7);
        string driver = s_drivers[_driver];
        int datacenter = _model.IsServer && _dice.Next(2) == 0 ? 1 : 0;
        JsonObject fields = new()
        {
            ["machine_id"] = MachineId,
            ["host_id"] = 1000 + ((_index / 2 * 7919) % 400_000),
            ["hosting_type"] = datacenter,
            ["verification"] = _verification,
            ["vericode"] = verified ? 1 : _verification == "unverified" ? 0 : 4,
            ["is_vm_deverified"] = false,
            ["rentable"] = _index % 13 != 12,
            ["rented"] = false,
            ["external"] = null,
            ["gpu_name"] = _model.Name,
            ["gpu_ram"] = _model.Ram,
            ["gpu_arch"] = "nvidia",
            ["gpu_lanes"] = 16,
            ["gpu_mem_bw"] = _model.MemoryBandwidth,
            ["gpu_max_power"] = _model.MaxPower,
            ["gpu_max_temp"] = 55.0 + _dice.Next(25),
            ["gpu_display_active"] = false,
            ["bw_nvlink"] = _model.Name.Contains("SXM", StringComparison.Ordinal) ? 300.0 : 0.0,
            ["compute_cap"] = _model.ComputeCap,
            ["cuda_max_good"] = s_cudas[_driver],
            ["driver_version"] = driver,
            ["driver_vers"] = driver.Split('.')
                .Aggregate(0L, (sum, part) => (sum * 1000) + long.Parse(part, System.Globalization.CultureInfo.InvariantCulture)),
            ["cpu_arch"] = "amd64",
            ["cpu_name"] = s_cpus[_dice.Next(s_cpus.Length)],
            ["cpu_cores"] = _cores,
            ["cpu_ghz"] = Math.Round(2 + (_dice.NextDouble() * 2.5), 2),
            ["cpu_ram"] = Math.Max(32, _gpus * (32 << _dice.Next(0, 3))) * 1007,
            ["has_avx"] = 1,
            ["mobo_name"] = "ROME2D16-2T",
            ["os_version"] = _dice.Next(3) == 0 ? "24.04" : "22.04",
            ["pci_gen"] = (double)_model.PciGen,
            ["pcie_bw"] = Math.Round(_model.PciGen * 5.2 * (0.7 + (_dice.NextDouble() * 0.3)), 1),
            ["disk_space"] = Math.Round(_gpus * (60 + (_dice.NextDouble() * 900)), 3),
            ["disk_bw"] = Math.Round(700 + (_dice.NextDouble() * 5000), 2),
            ["disk_name"] = "Samsung SSD 990 PRO 2TB",
            ["inet_down"] = down,
            ["inet_up"] = Math.Round(down * (0.4 + (_dice.NextDouble() * 0.6)), 1),
            ["inet_down_cost"] = downPrice,
            ["inet_up_cost"] = upPrice,
            ["internet_down_cost_per_tb"] = downPrice * 1024,
            ["internet_up_cost_per_tb"] = upPrice * 1024,
            ["static_ip"] = _dice.Next(3) > 0,
            ["direct_port_count"] = new[] { 99, 124, 199, 249, 499 }[_dice.Next(5)],
            ["public_ipaddr"] = $"203.0.113.{1 + _index}",
            ["geolocation"] = s_places[_dice.Next(s_places.Length)],
            ["geolocode"] = _dice.Next(),
            ["storage_cost"] = Math.Round(0.1 + (_dice.Next(10) * 0.02), 4),
            ["discount_rate"] = verified ? 0.0 : null,
            ["discounted_hourly"] = 0,
            ["credit_discount_max"] = 0.0,
            ["reliability"] = reliability,
            ["reliability2"] = reliability,
            ["reliability_mult"] = Math.Round(reliability * 0.97, 7),
            ["expected_reliability"] = 0.0,
            ["target_reliability"] = 0.0,
            ["sla_broker_rate"] = null,
            ["sla_r_claim"] = 0.0,
            ["sla_sigma_x"] = null,
            ["start_date"] = Math.Round(_now - (_dice.Next(300) * 86400.0), 3),
            ["end_date"] = Math.Round(end),
            ["time_remaining"] = "",
            ["time_remaining_isbid"] = "",
            ["is_bid"] = false,
            ["rn"] = 1,
            ["resource_type"] = "gpu",
            ["vms_enabled"] = false,
            ["avail_vol_ask_id"] = 900_000 + _index,
            ["avail_vol_size"] = 500.0,
            ["avail_vol_dph"] = 0.0004,
            ["bundled_results"] = null,
            ["cluster_id"] = null,
            ["hostname"] = null,
            ["webpage"] = null,
            ["logo"] = "/static/logos/vastai_small2.png",
            ["nw_disk_min_bw"] = null,
            ["nw_disk_avg_bw"] = null,
            ["nw_disk_max_bw"] = null,
        };
        return fields;
    }
}
