using System.Globalization;
using System.Text;
using VastPS.Simulator.Instances;
using VastPS.Simulator.Offers;

namespace VastPS.Simulator.Boxes;

/// <summary>The figures that <c>nvidia-smi</c> on a box answers with; kept in a small file beside the box.</summary>
internal sealed class GpuState
{
    private readonly string _folder;
    private readonly GpuModel _model;
    private readonly string _driver;
    private readonly string _cuda;
    private readonly long _seed;
    private readonly Gpu[] _gpus;
    private readonly List<string> _apps = [];

    public GpuState(string folder, SimInstance instance)
    {
        _folder = folder;
        _model = GpuModel.Of(Json.Text(instance.Fields["gpu_name"]) ?? "GPU", (int)(Json.Number(instance.Fields["gpu_ram"]) ?? 24576));
        _driver = Json.Text(instance.Fields["driver_version"]) ?? "550.90.07";
        _cuda = (Json.Number(instance.Fields["cuda_max_good"]) ?? 12.4).ToString("0.0", CultureInfo.InvariantCulture);
        _seed = instance.MachineId;
        _gpus = [.. Enumerable.Range(0, instance.GpuCount).Select(_ => new Gpu(0, 1))];
        Save();
    }

    /// <summary>Sets what one GPU shows.</summary>
    public void Set(int index, int utilization, int memoryUsedMiB)
    {
        _gpus[index] = new Gpu(Math.Clamp(utilization, 0, 100), Math.Clamp(memoryUsedMiB, 0, _model.Ram));
        Save();
    }

    /// <summary>Puts a process on a GPU.</summary>
    public void AddProcess(int index, int pid, string name, int memoryMiB)
    {
        _apps.Add(string.Create(CultureInfo.InvariantCulture, $"{index}\t{pid}\t{name}\t{memoryMiB}"));
        Save();
    }

    public (double Utilization, double MemoryMiB, double Heat) Average() =>
        (_gpus.Average(gpu => gpu.Utilization), _gpus.Sum(gpu => gpu.MemoryMiB), _gpus.Average(Heat));

    private static double Heat(Gpu gpu) => 31 + (gpu.Utilization * 0.38);

    private void Save()
    {
        StringBuilder text = new();
        (string Field, Func<Gpu, int, string> Value)[] columns = Columns();
        text.AppendJoin('\t', columns.Select(column => column.Field)).Append('\n');
        for (int i = 0; i < _gpus.Length; i++)
        {
            text.AppendJoin('\t', columns.Select(column => column.Value(_gpus[i], i))).Append('\n');
        }

        Write("gpu.state", text.ToString());
        Write("gpu.apps", string.Concat(_apps.Select(line => line + "\n")));
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private (string Field, Func<Gpu, int, string> Value)[] Columns()
    {
        string na = "[N/A]";
        string idle = "0x0000000000000001";
        // Newer desktop cards have ECC switched off, older ones have none.
        string ecc = _model.HasEcc ? "Enabled" : _model.ComputeCap >= 890 ? "Disabled" : na;
        string errors = _model.HasEcc ? "0" : na;
        string fan = _model.IsServer ? na : "";
        string compute = (_model.ComputeCap / 100.0).ToString("0.0", CultureInfo.InvariantCulture);
        List<(string, Func<Gpu, int, string>)> all =
        [
            ("index", (_, i) => Text(i)),
            ("name", (_, _) => _model.DriverName),
            ("uuid", (_, i) => Uuid(i)),
            ("serial", (_, _) => na),
            ("pci.bus_id", (_, i) => $"00000000:{1 + (i * 0x20):X2}:00.0"),
            ("driver_version", (_, _) => _driver),
            ("cuda_version", (_, _) => _cuda),
            ("vbios_version", (_, _) => "95.02.3C.80.42"),
            ("compute_cap", (_, _) => compute),
            ("compute_mode", (_, _) => "Default"),
            ("persistence_mode", (_, _) => _model.IsServer ? "Enabled" : "Disabled"),
            ("display_active", (_, _) => "Disabled"),
            ("mig.mode.current", (_, _) => _model.HasEcc && _model.IsServer && _model.ComputeCap is 800 or 900 or 1000 ? "Disabled" : na),
            ("pstate", (gpu, _) => gpu.Utilization > 0 ? "P2" : _model.IsServer ? "P0" : "P8"),
            ("memory.total", (_, _) => Text(_model.Ram)),
            ("memory.reserved", (_, _) => Text(_model.Ram / 64)),
            ("memory.used", (gpu, _) => Text(gpu.MemoryMiB)),
            ("utilization.gpu", (gpu, _) => Text(gpu.Utilization)),
            ("utilization.memory", (gpu, _) => Text(gpu.Utilization / 2)),
            ("utilization.encoder", (_, _) => "0"),
            ("utilization.decoder", (_, _) => "0"),
            ("temperature.gpu", (gpu, _) => Text((int)Heat(gpu))),
            ("temperature.memory", (gpu, _) => _model.IsServer ? Text((int)Heat(gpu) + 6) : "N/A"),
            ("fan.speed", (gpu, _) => fan.Length > 0 ? fan : Text(gpu.Utilization > 0 ? 30 + (gpu.Utilization / 3) : 0)),
            ("power.draw", (gpu, _) => Watt(_model.MaxPower * (0.06 + (gpu.Utilization * 0.0085)))),
            ("power.limit", (_, _) => Watt(_model.MaxPower)),
            ("enforced.power.limit", (_, _) => Watt(_model.MaxPower)),
            ("power.default_limit", (_, _) => Watt(_model.MaxPower)),
            ("power.min_limit", (_, _) => Watt(_model.MaxPower / 3)),
            ("power.max_limit", (_, _) => Watt(_model.MaxPower)),
            ("clocks.graphics", (gpu, _) => gpu.Utilization > 0 ? "2520" : "210"),
            ("clocks.sm", (gpu, _) => gpu.Utilization > 0 ? "2520" : "210"),
            ("clocks.memory", (gpu, _) => gpu.Utilization > 0 ? "10501" : "405"),
            ("clocks.max.graphics", (_, _) => "3105"),
            ("clocks.max.sm", (_, _) => "3105"),
            ("clocks.max.memory", (_, _) => "10501"),
            ("pcie.link.gen.current", (gpu, _) => Text(gpu.Utilization > 0 ? _model.PciGen : 1)),
            ("pcie.link.gen.max", (_, _) => Text(_model.PciGen)),
            ("pcie.link.width.current", (_, _) => "16"),
            ("pcie.link.width.max", (_, _) => "16"),
            ("ecc.mode.current", (_, _) => ecc),
            ("ecc.mode.pending", (_, _) => ecc),
            ("ecc.errors.corrected.volatile.total", (_, _) => errors),
            ("ecc.errors.uncorrected.volatile.total", (_, _) => errors),
            ("ecc.errors.corrected.aggregate.total", (_, _) => errors),
            ("ecc.errors.uncorrected.aggregate.total", (_, _) => errors),
            ("retired_pages.pending", (_, _) => _model.HasEcc ? "No" : na),
            ("remapped_rows.uncorrectable", (_, _) => errors),
            ("remapped_rows.pending", (_, _) => _model.HasEcc ? "No" : na),
            ("remapped_rows.failure", (_, _) => _model.HasEcc ? "No" : na),
            ("clocks_throttle_reasons.supported", (_, _) => "0x00000000000001FF"),
            ("clocks_throttle_reasons.active", (gpu, _) => gpu.Utilization > 0 ? "0x0000000000000000" : idle),
            ("clocks_throttle_reasons.gpu_idle", (gpu, _) => gpu.Utilization > 0 ? "Not Active" : "Active"),
        ];
        string[] quiet = [
            "applications_clocks_setting", "sw_power_cap", "hw_slowdown", "hw_thermal_slowdown", "hw_power_brake_slowdown",
            "sw_thermal_slowdown", "sync_boost"
        ];
        all.AddRange(quiet.Select(reason => ($"clocks_throttle_reasons.{reason}", (Func<Gpu, int, string>)((_, _) => "Not Active"))));
        return [.. all];
    }

    private string Uuid(int index)
    {
        byte[] bytes = System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes($"{_seed}/{index}"));
        return "GPU-" + new Guid(bytes.AsSpan(0, 16));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Watt(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private sealed record Gpu(int Utilization, int MemoryMiB);
}
