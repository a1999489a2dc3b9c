using System.Collections;
using System.Management.Automation;
using VastPS.Commands;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>From what was typed for Get-VastOffer to asked, checked before anything is sent.</summary>
internal static class OfferInput
{
    /// <summary>What was asked for. The server is asked for the names of its GPUs where one was typed.</summary>
    public static async Task<OfferOptions> OptionsAsync(GetVastOfferCommand typed, VastApiClient api, CancellationToken stop)
    {
        IReadOnlyList<string> known = typed.GpuName.Length == 0 ? [] : await api.GetGpuNamesAsync(stop);
        return Options(typed, [.. typed.GpuName.SelectMany(name => GpuNames.Resolve(name, known)).Distinct()]);
    }

    public static void Check(GetVastOfferCommand typed)
    {
        Count(typed.GpuCount, nameof(typed.GpuCount), "-GpuCount 1");
        Count(typed.First, nameof(typed.First), "-First 10");
        Count(typed.MinDirectPort, nameof(typed.MinDirectPort), "-MinDirectPort 2");
        Amount(typed.MinVramGiB, nameof(typed.MinVramGiB));
        Amount(typed.MinTotalVramGiB, nameof(typed.MinTotalVramGiB));
        Amount(typed.MinRamGiB, nameof(typed.MinRamGiB));
        Amount(typed.MinCpuCore, nameof(typed.MinCpuCore));
        Amount(typed.MinDiskGB, nameof(typed.MinDiskGB));
        Amount(typed.MinDownMbps, nameof(typed.MinDownMbps));
        Amount(typed.MinUpMbps, nameof(typed.MinUpMbps));
        Amount(typed.DiskGB, nameof(typed.DiskGB));
        Kernel.Shell.Check.Positive(typed.MaxPricePerHour, nameof(typed.MaxPricePerHour));
        Kernel.Shell.Check.Positive(typed.MinCuda, nameof(typed.MinCuda));
        Kernel.Shell.Check.Positive(typed.MinComputeCapability, nameof(typed.MinComputeCapability));
        if (typed.MinReliability is { } reliability)
        {
            Kernel.Shell.Check.InRange(reliability, 0, 1, nameof(typed.MinReliability));
        }

        if (typed.MinRemaining is { } remaining)
        {
            Kernel.Shell.Check.Positive(remaining, nameof(typed.MinRemaining));
        }

        // Before GPU names are asked for: nothing is sent for an order that is none.
        _ = typed.OrderBy is { } order ? OfferQuery.Order(order) : null;
        foreach (string country in typed.Country.Where(c => Countries.CodeOf(c) is null))
        {
            IReadOnlyList<Country> near = Countries.Near(country);
            Kernel.Shell.Check.That(
                false,
                $"'{country}'",
                nameof(typed.Country),
                $"it is neither the two-letter code of a country nor its name; near it: {string.Join(", ", near.Take(3))}",
                $"-Country {near[0].Code}");
        }

        if (typed.Verification is { } word && !GetVastOfferCommand.Verifications.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            throw ChoiceInput.Wrong(word, nameof(typed.Verification), GetVastOfferCommand.Verifications);
        }

        foreach (long id in typed.OfferId)
        {
            Kernel.Shell.Check.That(id > 0, id, nameof(typed.OfferId), "it is not the number of an offer", "Get-VastOffer");
        }
    }

    /// <summary>A parameter with what was typed for it; any other source as it is.</summary>
    public static string Typed(InvocationInfo invocation, string source) =>
        invocation.BoundParameters.TryGetValue(source.TrimStart('-'), out object? value) && value is not IDictionary
            ? $"{source} {LanguagePrimitives.ConvertTo<string>(value)}"
            : source;

    private static OfferOptions Options(GetVastOfferCommand typed, IReadOnlyList<string> gpuNames) => new()
    {
        GpuNames = gpuNames,
        GpuCount = typed.GpuCount,
        MinVramGiB = typed.MinVramGiB,
        MinTotalVramGiB = typed.MinTotalVramGiB,
        MinRamGiB = typed.MinRamGiB,
        MinCpuCore = typed.MinCpuCore,
        MinDiskGB = typed.MinDiskGB,
        MinDownMbps = typed.MinDownMbps,
        MinUpMbps = typed.MinUpMbps,
        MinReliability = typed.MinReliability,
        MinCuda = typed.MinCuda,
        MinComputeCapability = typed.MinComputeCapability,
        MinDirectPort = typed.MinDirectPort,
        MinRemaining = typed.MinRemaining,
        MaxPricePerHour = typed.MaxPricePerHour,
        Countries = [.. typed.Country.Select(c => Countries.CodeOf(c)!)],
        Datacenter = typed.Datacenter ? true : null,
        StaticIp = typed.StaticIp ? true : null,
        Verification = typed.Verification,
        Type = typed.Type,
        DiskGB = typed.DiskGB ?? OfferSearch.UsualDiskGB,
        AsksDisk = typed.DiskGB is not null,
        Query = typed.Query,
        Filter = Table(typed.Filter),
        OrderBy = typed.OrderBy,
        First = typed.First,
        NoDefault = typed.NoDefault,
    };

    private static void Count(int? value, string parameter, string next) =>
        Kernel.Shell.Check.That(value is null or > 0, value, parameter, "it must be at least 1", next);

    private static void Amount(double? value, string parameter) => Kernel.Shell.Check.Positive(value, parameter);

    // Lists become arrays, tables of operators become dictionaries; the engine's wrappers are taken off.
    private static Dictionary<string, object?> Table(IDictionary? table) =>
        table?.ByName().ToDictionary(e => e.Key, e => Value(e.Key, e.Value)) ?? [];

    private static object? Value(string field, object? value) => Bare(value) switch
    {
        IDictionary operators => operators.ByName().ToDictionary(o => o.Key, o => Limit(field, o.Value)),
        var limit => Limit(field, limit),
    };

    private static object? Limit(string field, object? value) => Bare(value) switch
    {
        string text => text,
        IDictionary table => Plain(field, table),
        IEnumerable list => list.Cast<object?>().Select(one => Plain(field, Bare(one))).ToArray(),
        var plain => Plain(field, plain),
    };

    // Anything else would be sent as whatever JSON makes of it, and match nothing.
    private static object? Plain(string field, object? value)
    {
        Kernel.Shell.Check.That(
            value is null || (Convert.GetTypeCode(value) is TypeCode.String or (>= TypeCode.Boolean and <= TypeCode.Decimal)
                && value is not (double.NaN or double.PositiveInfinity or double.NegativeInfinity)),
            $"{field} = {value}",
            nameof(GetVastOfferCommand.Filter),
            "the server compares texts, numbers and truths only",
            "-Filter @{ gpu_ram = @{ gte = 24000 } }");
        return value;
    }

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
