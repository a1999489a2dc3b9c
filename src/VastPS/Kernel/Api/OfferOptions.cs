namespace VastPS.Kernel.Api;

/// <summary>What a user wants of an offer, in the user's units. Pure: options to a search.</summary>
internal sealed class OfferOptions
{
    public const string Default = "default";

    // Cards and machines report up to 7 % less memory than their nominal size (ECC, firmware).
    private const double Nominal = 0.93;
    private const double MiBPerGiB = 1024;

    /// <summary>Names as the server spells them; any of them.</summary>
    public IReadOnlyList<string> GpuNames { get; init; } = [];

    public int? GpuCount { get; init; }

    public double? MinVramGiB { get; init; }

    public double? MinTotalVramGiB { get; init; }

    public double? MinRamGiB { get; init; }

    public double? MinCpuCore { get; init; }

    public double? MinDiskGB { get; init; }

    public double? MinDownMbps { get; init; }

    public double? MinUpMbps { get; init; }

    public double? MinReliability { get; init; }

    public decimal? MinCuda { get; init; }

    public decimal? MinComputeCapability { get; init; }

    public int? MinDirectPort { get; init; }

    public TimeSpan? MinRemaining { get; init; }

    public decimal? MaxPricePerHour { get; init; }

    /// <summary>Two-letter codes.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    public bool? Datacenter { get; init; }

    public bool? StaticIp { get; init; }

    /// <summary>verified, unverified, deverified or any; replaces the default filter on verified.</summary>
    public string? Verification { get; init; }

    public VastOfferType Type { get; init; }

    /// <summary>Disk in the price; asked for by the user where AsksDisk is set, and then the slice must have it.</summary>
    public double DiskGB { get; init; } = OfferSearch.UsualDiskGB;

    public bool AsksDisk { get; init; }

    public string? Query { get; init; }

    /// <summary>Server fields to a value, a list, or operators with values.</summary>
    public IReadOnlyDictionary<string, object?> Filter { get; init; } = new Dictionary<string, object?>();

    public string? OrderBy { get; init; }

    public int? First { get; init; }

    public bool NoDefault { get; init; }

    /// <exception cref="VastException">QueryInvalid, OfferFieldUnknown.</exception>
    public OfferSearch ToSearch()
    {
        var filters = new OfferFilters();
        if (!NoDefault)
        {
            filters.Set("verified", "eq", true, Default);
            filters.Set("external", "eq", false, Default);
            filters.Set("rentable", "eq", true, Default);
        }

        SetTyped(filters);
        OfferQuery? query = Query is null ? null : OfferQuery.Apply(Query, filters);
        IReadOnlyList<(string Field, bool Descending)> order = OfferQuery.Order(OrderBy ?? "score-");
        List<string> unknown = SetFilter(filters);
        return new OfferSearch(filters)
        {
            Type = Type,
            DiskGB = DiskGB,
            Order = order,
            Limit = First ?? OfferSearch.UsualLimit,
            WantsUnrentable = query?.AnyFields.Contains("rentable") == true && !filters.Fields.Contains("rentable"),
            UnknownFields = unknown,
        };
    }

    private void SetTyped(OfferFilters filters)
    {
        void Want(string parameter, string field, string operation, object? value)
        {
            if (value is not null)
            {
                filters.Set(field, operation, value, parameter);
            }
        }

        void WantOne(string parameter, string field, IReadOnlyList<string> values) =>
            Want(
                parameter,
                field,
                values.Count == 1 ? "eq" : "in",
                values.Count switch { 0 => null, 1 => values[0], _ => values.ToArray() });

        WantOne("-GpuName", "gpu_name", GpuNames);
        Want("-GpuCount", "num_gpus", "eq", GpuCount);
        Want("-MinVramGiB", "gpu_ram", "gte", NominalMiB(MinVramGiB));
        Want("-MinTotalVramGiB", "gpu_total_ram", "gte", NominalMiB(MinTotalVramGiB));
        Want("-MinRamGiB", "cpu_ram", "gte", NominalMiB(MinRamGiB));
        Want("-MinCpuCore", "cpu_cores_effective", "gte", MinCpuCore);
        Want("-MinDiskGB", "disk_space", "gte", AsksDisk && !(MinDiskGB > DiskGB) ? DiskGB : MinDiskGB);
        Want("-MinDownMbps", "inet_down", "gte", MinDownMbps);
        Want("-MinUpMbps", "inet_up", "gte", MinUpMbps);
        Want("-MinReliability", "reliability", "gte", MinReliability);
        Want("-MinCuda", "cuda_max_good", "gte", MinCuda);
        Want("-MinComputeCapability", "compute_cap", "gte", MinComputeCapability * 100);
        Want("-MinDirectPort", "direct_port_count", "gte", MinDirectPort);

        // 65535 means that nobody knows.
        Want("-MinDirectPort", "direct_port_count", "lt", MinDirectPort is null ? null : 65535);
        Want("-MinRemaining", "duration", "gte", MinRemaining?.TotalSeconds);
        Want("-MaxPricePerHour", "dph_total", "lte", MaxPricePerHour);
        WantOne("-Country", "geolocation", [.. Countries.Select(c => c.ToUpperInvariant())]);
        Want("-Datacenter", "datacenter", "eq", Datacenter);
        Want("-StaticIp", "static_ip", "eq", StaticIp);
        if (Verification is not null)
        {
            filters.Remove("verified");
            Want("-Verification", "verification", "eq", Verification.ToLowerInvariant() is var word && word == "any" ? null : word);
        }
    }

    private List<string> SetFilter(OfferFilters filters)
    {
        var unknown = new List<string>();
        foreach ((string name, object? value) in Filter)
        {
            string field = OfferFields.Named(name);
            if (!OfferFields.IsKnown(field))
            {
                unknown.Add(field);
            }

            if (value is IReadOnlyDictionary<string, object?> comparisons)
            {
                foreach ((string operation, object? limit) in comparisons)
                {
                    filters.Set(field, Operation(field, operation), limit, "-Filter");
                }
            }
            else
            {
                filters.Set(field, value is object?[] ? "in" : "eq", value, "-Filter");
            }
        }

        return unknown;
    }

    private static string Operation(string field, string operation) =>
        OfferFilters.Operators.Contains(operation)
            ? operation
            : throw new VastException(
                VastReason.QueryInvalid, $"{field} {operation}", 1, $"the operators are {string.Join(' ', OfferFilters.Operators)}");

    private static double? NominalMiB(double? gib) => gib is { } size ? Math.Floor(size * MiBPerGiB * Nominal) : null;
}
