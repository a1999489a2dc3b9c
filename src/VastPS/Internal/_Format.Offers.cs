using System.Globalization;

namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>GPUs as "2x RTX 4090"; empty where the server names none.</summary>
    public static string GpusAsTold(int? count, string? name) => string.IsNullOrEmpty(name) ? "" : string.Create(CultureInfo.InvariantCulture, $"{count ?? 1}x {name}");

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
    /// <param name="state">A <see cref="VastInstanceState"/>, or what a job or a file made of it.</param>
    /// <param name="text">The server's word.</param>
    public static string State(object? state, string? text) =>
        VastInstance.Word(Enum.TryParse($"{state}", out VastInstanceState known) ? known : VastInstanceState.Unknown, text ?? "");

    /// <summary>Which meters run: "GPU+disk", "disk" or nothing.</summary>
    public static string Meters(VastMeters meters) => meters switch
    {
        VastMeters.None => "",
        VastMeters.Disk => "disk",
        _ => "GPU+disk",
    };

    /// <summary>Ssh addresses, the first to try first.</summary>
    public static string Addresses(VastInstance instance) => string.Join(", ", instance.SshAddresses);
}
