using System.Globalization;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>GPUs of an offer as "2x RTX 4090".</summary>
    public static string Gpus(VastOffer offer) => GpusOf(offer.GpuCount, offer.GpuName);

    /// <summary>GPUs of an instance as "2x RTX 4090"; empty where the server names none.</summary>
    public static string Gpus(VastInstance instance) => GpusOf(instance.GpuCount, instance.GpuName);

    /// <summary>A number without decimals; empty where it is unknown.</summary>
    public static string Whole(double? value) => value is { } v ? v.ToString("0", CultureInfo.InvariantCulture) : "";

    /// <summary>A number with one decimal; empty where it is unknown.</summary>
    public static string Tenth(double? value) => value is { } v ? v.ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>A share from 0 to 1 in percent.</summary>
    public static string Percent(double? share) => share is { } s ? (s * 100).ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>USD to a cent.</summary>
    public static string Cents(decimal? amount) => amount is { } a ? a.ToString("0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>A moment in UTC to the minute.</summary>
    public static string Minute(DateTimeOffset? time) => time is { } t ? t.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    /// <summary>The state of an instance: the server's word, or that it has none yet.</summary>
    public static string State(VastInstance instance) => instance.StateText.Length > 0 ? instance.StateText : "provisioning";

    /// <summary>Which meters run: "GPU+disk", "disk" or nothing.</summary>
    public static string Meters(VastInstance instance) => instance.Meters switch
    {
        VastMeters.None => "",
        VastMeters.Disk => "disk",
        _ => "GPU+disk",
    };

    /// <summary>Ssh addresses, the first to try first.</summary>
    public static string Addresses(VastInstance instance) => string.Join(", ", instance.SshAddresses);

    private static string GpusOf(int? count, string? name) => name is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{count ?? 1}x {name}");
}
