using System.Globalization;
using System.Text.Json.Nodes;
using VastPS.Simulator.Boxes;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Instances;

/// <summary>Writes an instance the way the service does.</summary>
internal static class InstanceRow
{
    /// <summary>Columns of the offer that an instance repeats as they are.</summary>
    private static readonly string[] s_shared =
    [
        "bundle_id", "bw_nvlink", "compute_cap", "cpu_arch", "cpu_cores", "cpu_cores_effective", "cpu_name", "cuda_max_good",
        "direct_port_count", "disk_bw", "disk_name", "driver_version", "external", "geolocation", "gpu_arch", "gpu_display_active",
        "gpu_frac", "gpu_lanes", "gpu_mem_bw", "gpu_name", "gpu_ram", "has_avx", "host_id", "hosting_type", "inet_down", "inet_down_cost",
        "inet_up", "inet_up_cost", "internet_down_cost_per_tb", "internet_up_cost_per_tb", "logo", "machine_id", "min_bid", "mobo_name",
        "num_gpus",
        "os_version", "pci_gen", "pcie_bw", "reliability2", "static_ip", "storage_cost", "total_flops", "verification", "webpage",
        "credit_discount_max",
    ];

    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(1);

    public static JsonObject Write(SimInstance instance, SimState state)
    {
        DateTimeOffset now = state.Clock.Now;
        InstanceLife life = instance.Life;
        JsonObject row = [];
        foreach (string column in s_shared)
        {
            row[column] = instance.Fields[column]?.DeepClone();
        }

        row["id"] = instance.Id;
        row["actual_status"] = instance.StatusOverride ?? Status(life.Phase);
        row["intended_status"] = life.WantsRunning ? "running" : "stopped";
        row["cur_state"] = life.IsEnding ? "unloaded" : life.HoldsGpu ? "running" : "stopped";
        row["next_state"] = life.IsEnding ? "unloaded" : life.WantsRunning ? "running" : "stopped";
        row["status_msg"] = instance.MessageOverride ?? InstanceMessage.Of(instance, state);
        row["label"] = instance.Label;
        row["image_uuid"] = instance.Image;
        row["image_args"] = instance.Args.DeepClone();
        row["image_runtype"] = instance.Runtype;
        row["onstart"] = instance.Onstart;
        row["extra_env"] = new JsonArray([.. instance.Env.Select(pair => new JsonArray(pair.Key, Json.Text(pair.Value)))]);
        row["template_id"] = instance.Template?.Id;
        row["template_hash_id"] = instance.Template?.Hash;
        row["template_name"] = instance.Template?.Name;
        row["start_date"] = SimClock.Unix(life.Created);
        row["end_date"] = SimClock.Unix(instance.EndDate);
        row["duration"] = (instance.EndDate - now).TotalSeconds;
        row["time_remaining"] = "";
        row["time_remaining_isbid"] = "";
        row["is_bid"] = instance.IsBid;
        row["rentable"] = true;
        row["credit_balance"] = null;
        row["credit_discount"] = null;
        row["client_run_time"] = 1.1;
        row["host_run_time"] = 2592000.0;
        row["score"] = null;
        row["dlperf"] = null;
        row["dlperf_per_dphtotal"] = null;
        row["country_code"] = null;
        row["volume_info"] = new JsonArray([.. state.Volumes.Where(one => instance.VolumeIds.Contains(one.Id))
            .Select(one => new JsonObject { ["id"] = one.Id, ["avail_space"] = one.SizeGB, ["total_space"] = one.SizeGB })]);
        row["jupyter_token"] = instance.IsJupyter ? instance.ApiKey[..16] : null;
        Money(row, instance, state);
        Machine(row, instance);
        Telemetry(row, instance, state, now);
        Address(row, instance);
        Ports(row, instance);
        return row;
    }

    /// <summary>
    /// The service's word for what a container does. A stopped container has exited, and stays so until its next start shows.
    /// </summary>
    public static string? Status(Phase phase) => phase switch
    {
        Phase.Provisioning => null,
        Phase.Stopped or Phase.Starting => "exited",
        _ => phase.ToString().ToLowerInvariant(),
    };

    private static void Money(JsonObject row, SimInstance instance, SimState state)
    {
        double gpu = instance.Life.GpuPrice;
        if (instance.IsBid && state.Faults.IsOn(SimFault.Outbid))
        {
            row["min_bid"] = Math.Max(gpu * 1.25, Json.Number(row["min_bid"]) ?? 0);
        }

        double disk = instance.DiskPrice;
        row["dph_base"] = gpu;
        row["dph_total"] = gpu + disk;
        row["storage_total_cost"] = disk;
        row["search"] = OfferPrice.Parts(gpu, disk);
        row["instance"] = OfferPrice.Parts(instance.Life.HoldsGpu ? gpu : 0, disk);
        double ram = Ram(instance);
        row["gpu_totalram"] = ram;
        row["vram_costperhour"] = ram > 0 ? (gpu + disk) / ram : null;
        row["flops_per_dphtotal"] = (Json.Number(instance.Fields["total_flops"]) ?? 0) / (gpu + disk);
    }

    private static double Ram(SimInstance instance) =>
        Json.Number(instance.Fields["gpu_total_ram"]) ?? (Json.Number(instance.Fields["gpu_ram"]) ?? 0) * instance.GpuCount;

    private static void Machine(JsonObject row, SimInstance instance)
    {
        double share = Json.Number(instance.Fields["gpu_frac"]) ?? 1;
        row["cpu_ram"] = Json.Number(instance.Fields["cpu_ram"]) is double ram ? Math.Round(ram / share) : null;
        row["disk_space"] = instance.DiskGB;
        row["machine_dir_ssh_port"] = 39999;
        row["local_ipaddrs"] = "192.168.1.5 172.17.0.1 \n";
    }

    private static void Telemetry(JsonObject row, SimInstance instance, SimState state, DateTimeOffset now)
    {
        bool reports = instance.Life.Phase == Phase.Running && now - instance.Life.Since >= s_silence;
        (double gpu, double memory, double heat) = instance.Box?.Gpu.Average() ?? (0, 0, 34);
        double ram = (Json.Number(row["cpu_ram"]) ?? 65536) * (Json.Number(instance.Fields["gpu_frac"]) ?? 1) / 1024;
        row["gpu_util"] = reports ? gpu : null;
        row["gpu_temp"] = reports ? heat : null;
        row["cpu_util"] = reports ? 0.02 : 0;
        row["mem_limit"] = reports ? Math.Round(ram, 4) : null;
        row["mem_usage"] = reports ? Math.Round(ram * 0.04, 4) : null;
        row["vmem_usage"] = reports ? Math.Round(memory / 1024, 4) : null;
        row["disk_usage"] = reports ? 0.5 : -1;
        row["disk_util"] = reports ? Math.Round(0.5 / instance.DiskGB, 4) : -1;
        row["uptime_mins"] = reports ? Math.Floor((now - instance.Life.Since).TotalMinutes) : null;
        (long down, long up) = instance.Traffic(instance.Life.Created, state.Clock.Now);
        row["inet_down_billed"] = reports ? down / 1e6 : null;
        row["inet_up_billed"] = reports ? up / 1e6 : null;
    }

    /// <summary>The addresses. Like the service, the direct one exists only while the instance runs.</summary>
    private static void Address(JsonObject row, SimInstance instance)
    {
        row["public_ipaddr"] = instance.Box is null ? Json.Text(instance.Fields["public_ipaddr"]) ?? "192.0.2.1" : "127.0.0.1 ";
        row["direct_port_start"] = -1;
        row["direct_port_end"] = -1;
        row["ssh_idx"] = "7";
        row["ssh_host"] = "127.0.0.1";
        // Of a jupyter instance the service names the port below the one that ssh answers on.
        row["ssh_port"] = instance.Box is { ProxyPort: > 0 } known ? known.ProxyPort - (instance.IsJupyter ? 1 : 0) : null;
        if (instance.Box is not null && BoxPrograms.LoginUser != "root")
        {
            row["ssh_user"] = BoxPrograms.LoginUser;
        }

        if (instance.IsDirect && instance.Life.Phase == Phase.Running && instance.Box is { Port: > 0 })
        {
            row["ports"] = new JsonObject { ["22/tcp"] = Bound(instance.Box.Port) };
        }
    }

    /// <summary>Ports that were asked for with -p, under docker's names.</summary>
    private static void Ports(JsonObject row, SimInstance instance)
    {
        if (instance.Life.Phase == Phase.Running && instance.Box is { Opened.Count: > 0 } box)
        {
            JsonObject ports = row["ports"] as JsonObject ?? [];
            foreach ((string inside, int outside) in box.Opened)
            {
                ports[inside] = Bound(outside);
            }

            row["ports"] = ports;
        }
    }

    private static JsonArray Bound(int port)
    {
        string text = port.ToString(CultureInfo.InvariantCulture);
        return
        [
            new JsonObject { ["HostIp"] = "0.0.0.0", ["HostPort"] = text },
            new JsonObject { ["HostIp"] = "::", ["HostPort"] = text },
        ];
    }
}
