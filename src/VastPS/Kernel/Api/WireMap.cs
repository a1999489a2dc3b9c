using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using VastPS.Basics;
using VastPS.Kernel.Api.Wire;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Api;

/// <summary>From the server's shapes and units to ours: the only file that knows both.</summary>
internal static partial class WireMap
{
    private const double MiBPerGiB = 1024;
    private const double HoursPerMonth = 720;
    private const double HighestPrice = 1e5;

    // Keys, tokens and scripts never leave the door; nor do the values of its environment.
    private static readonly IReadOnlySet<string> s_secret = new HashSet<string>(StringComparer.Ordinal)
    {
        "instance_api_key", "jupyter_token", "api_key", "extra_env", "onstart", "image_login", "image_args",
    };

    /// <summary>An offer with its price for diskGB of disk; null for a row without an id.</summary>
    public static VastOffer? Offer(JObject row, VastOfferType type, double diskGB, DateTimeOffset now)
    {
        WireOffer wire = LenientJson.To<WireOffer>(row);
        if ((wire.Id ?? wire.AskContractId) is not (> 0 and { } id))
        {
            return null;
        }

        decimal? gpuPrice = Price(wire.DphBase);
        decimal? diskPrice = Price(wire.StorageCost * diskGB / HoursPerMonth);
        DateTimeOffset? end = Time(wire.EndDate);
        return new VastOffer
        {
            OfferId = id,
            MachineId = wire.MachineId,
            HostId = wire.HostId,
            GpuName = Text(wire.GpuName),
            GpuCount = Count(wire.NumGpus),
            VramGiB = wire.GpuRam / MiBPerGiB,
            TotalVramGiB = (wire.GpuTotalRam ?? (wire.GpuRam * wire.NumGpus)) / MiBPerGiB,
            UsableRamGiB = wire.CpuRam / MiBPerGiB,
            UsableCores = wire.CpuCoresEffective,
            CpuName = Text(wire.CpuName),
            DiskGB = diskGB,
            AvailableDiskGB = wire.DiskSpace,
            DiskReadMBps = wire.DiskBw,

            // The server's total may hold another disk than the one asked for.
            PricePerHour = gpuPrice + diskPrice ?? Price(wire.DphTotal),
            GpuPricePerHour = gpuPrice,
            DiskPricePerHour = diskPrice,
            DiskPricePerGBMonth = Price(wire.StorageCost),
            DownPricePerGB = Price(wire.InetDownCost),
            UpPricePerGB = Price(wire.InetUpCost),
            MinBidPerHour = Price(wire.MinBid),
            Type = type,
            DownMbps = wire.InetDown,
            UpMbps = wire.InetUp,
            Reliability = wire.Reliability ?? wire.Reliability2,
            Verification = Text(wire.Verification),
            IsDatacenter = wire.HostingType is { } hosting ? hosting == 1 : null,
            HasStaticIp = wire.StaticIp,
            DirectPortCount = wire.DirectPortCount is >= 0 and < 65535 ? Count(wire.DirectPortCount) : null,
            Location = Place(wire.Geolocation),
            Country = Country(wire.Geolocation),
            PublicIpAddress = Text(wire.PublicIpAddr),
            CudaVersion = Money(wire.CudaMaxGood),
            ComputeCapability = Capability(wire.ComputeCap),
            DriverVersion = Text(wire.DriverVersion),
            GpuArchitecture = Text(wire.GpuArch),
            CpuArchitecture = Text(wire.CpuArch),
            GpuMemoryGBps = wire.GpuMemBw,
            PcieGBps = wire.PcieBw,
            NvlinkGBps = Measured(wire.BwNvlink),
            GpuFraction = wire.GpuFrac,
            HasDisplay = wire.GpuDisplayActive,
            DlPerf = wire.DlPerf,
            Score = wire.Score,
            IsRentable = wire.Rentable,
            IsRented = wire.Rented,
            ContractEnd = end,
            Remaining = wire.Duration is { } left ? Span(left) : end - now,
            ReadAt = now,
            Raw = LenientJson.Fields(row, name => !s_secret.Contains(name)),
        };
    }

    /// <summary>An instance; null for a row without an id.</summary>
    public static VastInstance? Instance(JObject row, DateTimeOffset now)
    {
        WireInstance wire = LenientJson.To<WireInstance>(row);
        if (wire.Id is not (> 0 and { } id))
        {
            return null;
        }

        string label = TerminalText.Line(wire.Label ?? "");
        InstanceLabel? ours = InstanceLabel.TryParse(label);
        VastInstanceState state = State(wire.ActualStatus, wire.IntendedStatus, wire.CurState);
        decimal? gpuPrice = Price(wire.DphBase);
        decimal? diskPrice = Price(wire.StorageTotalCost ?? (wire.StorageCost * wire.DiskSpace / HoursPerMonth));
        decimal? price = Price(wire.DphTotal) ?? gpuPrice + diskPrice;
        DateTimeOffset? created = Time(wire.StartDate);
        DateTimeOffset? end = Time(wire.EndDate);
        DateTimeOffset read = ServerTime(wire, created) ?? now;
        TimeSpan? age = read > created ? read - created : created is null ? null : TimeSpan.Zero;
        return new VastInstance
        {
            InstanceId = id,
            MachineId = wire.MachineId,
            HostId = wire.HostId,
            Label = label,
            Name = ours?.Name ?? label,
            IsMine = ours is not null,
            Deadline = ours?.Deadline,
            State = state,
            StateText = wire.ActualStatus ?? "",
            IntendedState = wire.IntendedStatus ?? "",
            ContractState = wire.CurState ?? "",
            StatusMessage = Redactor.Clean(wire.StatusMsg ?? ""),
            GpuName = Text(wire.GpuName),
            GpuCount = Count(wire.NumGpus),
            VramGiB = wire.GpuRam / MiBPerGiB,
            UsableRamGiB = wire.CpuRam * wire.GpuFrac / MiBPerGiB,
            UsableCores = wire.CpuCoresEffective,
            DiskGB = wire.DiskSpace,
            DiskUsedGB = wire.DiskUsage is >= 0 ? wire.DiskUsage : null,
            GpuUtilization = wire.GpuUtil,
            PricePerHour = price,
            GpuPricePerHour = gpuPrice,
            DiskPricePerHour = diskPrice,
            DownPricePerGB = Price(wire.InetDownCost),
            UpPricePerGB = Price(wire.InetUpCost),
            IsInterruptible = wire.IsBid == true,
            WinningBidPerHour = Price(wire.MinBid),
            DownMbps = wire.InetDown,
            UpMbps = wire.InetUp,
            CudaVersion = Money(wire.CudaMaxGood),
            ComputeCapability = Capability(wire.ComputeCap),
            DriverVersion = Text(wire.DriverVersion),
            GpuMemoryGBps = wire.GpuMemBw,
            NvlinkGBps = Measured(wire.BwNvlink),
            Reliability = wire.Reliability2,
            Image = Text(wire.ImageUuid),
            Location = Place(wire.Geolocation),
            CreatedAt = created,
            ContractEnd = end,
            Age = age,
            CostSoFar = (IsBooting(state) ? diskPrice : price) * (decimal?)age?.TotalHours,
            RunningFor = wire.UptimeMins is >= 0 and { } minutes ? Span(minutes * 60) : null,
            ReadAt = read,
            Meters = MeterRule.Of(state, wire.CurState ?? ""),
            SshAddresses = state == VastInstanceState.Running ? [.. Addresses(wire)] : [],
            Raw = LenientJson.Fields(row, name => !s_secret.Contains(name)),
        };
    }

    public static VastSshKey? SshKey(JToken row)
    {
        WireSshKey wire = row is JObject ? LenientJson.To<WireSshKey>(row) : new WireSshKey { Key = (row as JValue)?.Value as string };
        string text = (wire.PublicKey ?? wire.Key ?? wire.SshKey ?? "").Trim();
        if (text.Length == 0 || wire.DeletedAt is JValue { Value: not null })
        {
            return null;
        }

        // A key that this version cannot read is shown without type and fingerprint.
        _ = PublicKeyText.TryParse(text, out PublicKeyText? key, out _);
        return new VastSshKey
        {
            SshKeyId = wire.Id,
            KeyType = key?.Type ?? "",
            Fingerprint = key?.Fingerprint ?? "",
            Comment = key?.Comment ?? "",
            PublicKey = TerminalText.Clean(text),
            CreatedAt = wire.CreatedAt is JValue { Value: { } at } ? TimeOf(at) : null,
        };
    }

    public static VastCharge Charge(JObject row)
    {
        WireCharge wire = LenientJson.To<WireCharge>(row);
        string source = wire.Source ?? "";
        List<WireCharge>? items = (wire.Items as JArray)?.OfType<JObject>().Select(LenientJson.To<WireCharge>).ToList();
        decimal? Part(string type) => items?.Where(i => i.Type == type).Sum(i => Money(i.Amount) ?? 0);
        return new VastCharge
        {
            InstanceId = Charged("instance", source),
            VolumeId = Charged("volume", source),
            Source = source,
            Type = wire.Type ?? "",
            Description = Redactor.Clean(wire.Description ?? ""),
            Label = (wire.Metadata as JObject)?["label"] is JValue { Value: string label } ? TerminalText.Line(label) : "",
            Start = Time(wire.Start),
            End = Time(wire.End),
            TotalCost = Money(wire.Amount) ?? items?.Sum(i => Money(i.Amount) ?? 0) ?? 0,
            GpuCost = Part("gpu"),
            DiskCost = Part("disk"),
            DownCost = Part("bwd"),
            UpCost = Part("bwu"),
        };
    }

    public static WireCreate Create(CreateRequest request) => new()
    {
        Image = request.Image.Length > 0 ? request.Image : null,
        Disk = request.DiskGB,
        Label = request.Label,

        // Ports stand among the variables, as docker's options.
        Env = request.Environment.Concat(request.Ports.Select(port => KeyValuePair.Create("-p " + port, "1"))).ToDictionary(),
        ImageLogin = request.ImageLogin,
        TemplateHashId = request.Template,
        VolumeInfo = request.VolumeId is { } volume
            ? new Dictionary<string, object> { ["create_new"] = false, ["volume_id"] = volume, ["mount_path"] = request.VolumePath }
            : null,
        OnStart = request.OnStart,
        Price = request.BidPerHour,
    };

    // The server says when the contract ends and how long that is from its now.
    private static DateTimeOffset? ServerTime(WireInstance wire, DateTimeOffset? created) =>
        wire is { EndDate: { } end, Duration: { } left } && Time(end - left) is { } said && said >= created ? said : null;

    // The word stopped hardly ever comes: a stopped container has exited, and stays so for seconds to minutes after a start
    // (vast-api.md 17, from clients in production). What it is meant to do tells the two apart.
    private static VastInstanceState State(string? word, string? intended, string? contract) => word switch
    {
        null or "" => VastInstanceState.Provisioning,
        "scheduling" => VastInstanceState.Starting,
        "exited" or "stopped" when intended == "running" => VastInstanceState.Starting,
        "exited" when string.IsNullOrEmpty(intended) && contract != "stopped" => VastInstanceState.Exited,
        "exited" or "stopped" => VastInstanceState.Stopped,
        "created" => VastInstanceState.Created,
        "loading" => VastInstanceState.Loading,
        "running" => VastInstanceState.Running,
        "frozen" => VastInstanceState.Frozen,
        "rebooting" or "restarting" => VastInstanceState.Rebooting,
        "recycling" => VastInstanceState.Recycling,
        "unknown" => VastInstanceState.NoHeartbeat,
        "offline" => VastInstanceState.Offline,
        _ => VastInstanceState.Unknown,
    };

    // Before it runs for the first time: the GPU is held, and by the vendor's pages not charged.
    private static bool IsBooting(VastInstanceState state) =>
        state is VastInstanceState.Provisioning or VastInstanceState.Created or VastInstanceState.Loading;

    private static IEnumerable<VastSshAddress> Addresses(WireInstance wire)
    {
        string user = wire.SshUser is { } said && HostName.IsUser(said) ? said : "root";
        if (DirectPort(wire.Ports) is { } direct
            && HostName.IsHost(wire.PublicIpAddr)
            && IPAddress.TryParse(wire.PublicIpAddr, out IPAddress? address))
        {
            yield return new VastSshAddress(true, address.ToString(), direct, user);
        }

        // With Jupyter the proxy's ssh listens on the port after the one it names.
        long? proxy = wire.SshPort + (wire.ImageRuntype?.Contains("jupyter", StringComparison.Ordinal) == true ? 1 : 0);
        if (proxy is { } port && HostName.IsPort(port) && wire.SshHost is { } host && HostName.IsHost(host))
        {
            yield return new VastSshAddress(false, host, (int)port, user);
        }
    }

    private static int? DirectPort(JToken? ports) =>
        (ports as JObject)?["22/tcp"] is JArray { Count: > 0 } list
        && (list[0] as JObject)?["HostPort"] is JValue value
        && int.TryParse(Convert.ToString(value.Value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out int port)
        && port is > 0 and <= 65535 ? port : null;

    private static DateTimeOffset? TimeOf(object value) => value switch
    {
        double seconds => Time(seconds),
        long seconds => Time(seconds),
        string text when DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time) => time,
        _ => null,
    };

    private static DateTimeOffset? Time(double? seconds) =>
        seconds is > 0 and < 253402300799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds.Value) : null;

    private static TimeSpan? Span(double seconds) => Math.Abs(seconds) < 1e11 ? TimeSpan.FromSeconds(seconds) : null;

    private static decimal? Money(double? value) => value is { } v && Math.Abs(v) < 1e15 ? (decimal)v : null;

    // A price below zero, or of more than any machine costs, is none.
    private static decimal? Price(double? value) => value is >= 0 and < HighestPrice ? (decimal)value : null;

    // 0 on about half of the machines that have it: the measurement is missing.
    private static double? Measured(double? value) => value is > 0 ? value : null;

    private static int? Count(long? value) => value is >= 0 and <= int.MaxValue ? (int)value : null;

    private static decimal? Capability(double? hundredfold) => hundredfold is > 0 ? Money(hundredfold / 100) : null;

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : TerminalText.Line(text);

    private static string? Place(string? location) => Text(location?.Trim(' ', ','));

    private static string? Country(string? location) =>
        location?.Split(',')[^1].Trim() is { Length: 2 } code && code.All(char.IsAsciiLetterUpper) ? code : null;

    private static long? Charged(string kind, string source) =>
        ChargeSource().Match(source) is { Success: true } match && match.Groups[1].Value == kind
            && long.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out long id) ? id : null;

    [GeneratedRegex(@"\A(instance|volume)-([0-9]+)\z")]
    private static partial Regex ChargeSource();
}
