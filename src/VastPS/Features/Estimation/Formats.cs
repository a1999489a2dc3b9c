using System.Globalization;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Parameters in billions.</summary>
    public static string Billions(long parameters) =>
        (parameters / 1e9).ToString(parameters < 1e10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A size with one decimal; a question mark where it is unknown.</summary>
    public static string Size(double? size) => size is { } known ? known.ToString("0.0", CultureInfo.InvariantCulture) : "?";

    /// <summary>Bytes in GiB with two decimals.</summary>
    public static string GiB(long bytes) => (bytes / (double)(1L << 30)).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What a run needs at worst against what it may use: "14.6 / 22.5".</summary>
    public static string Need(VastResourceFit fit) => fit.Resource == "Disk"
        ? $"{Short(fit.RequiredGB.Pessimistic)} / {Short(fit.AvailableGB)}"
        : $"{Short(fit.RequiredGiB.Pessimistic)} / {Short(fit.LimitGiB)}";

    // From a hundred on no decimal decides anything.
    private static string Short(double? size) => size is >= 100 ? Whole(size) : Size(size);

    /// <summary>The offer, instance or bare machine that a fit is about.</summary>
    public static string Subject(VastRunFit fit) =>
        fit.OfferId is { } offer ? string.Create(CultureInfo.InvariantCulture, $"offer {offer}")
        : fit.InstanceId is { } instance ? string.Create(CultureInfo.InvariantCulture, $"instance {instance}")
        : "";

    /// <summary>Price of a fit per hour; empty where it has none.</summary>
    public static string FitPrice(VastRunFit fit) => fit.PricePerHour?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    /// <summary>GPUs as "2x RTX 4090".</summary>
    public static string Gpus(int count, string? name) => string.Create(CultureInfo.InvariantCulture, $"{count}x {name ?? "GPU"}");

    /// <summary>How the parameters are trained: "r16 NF4", "8bit" or nothing.</summary>
    public static string Adapters(VastWorkload work)
    {
        string rank = work.AdapterRank > 0 ? string.Create(CultureInfo.InvariantCulture, $"r{work.AdapterRank}") : "";
        string stored = work.Quantization == VastQuantization.None ? "" : work.Quantization.ToString();
        return $"{rank} {stored}".Trim();
    }
}
