using System.Text.RegularExpressions;

namespace VastPS.Features.Checks;

/// <summary>GPU names as the driver and as Vast spell them: "NVIDIA GeForce RTX 4080 SUPER" is "RTX 4080S".</summary>
internal static partial class GpuModelName
{
    // Words that one of the two leaves out.
    private static readonly IReadOnlySet<string> s_silent = new HashSet<string>
    {
        "NVIDIA", "GEFORCE", "TESLA", "QUADRO", "Q", "GENERATION", "BLACKWELL", "EDITION", "GPU", "PCIE", "SXM",
    };

    private static readonly IReadOnlyDictionary<string, string> s_short = new Dictionary<string, string>
    {
        ["SUPER"] = "S", ["WORKSTATION"] = "WS", ["SERVER"] = "S",
    };

    /// <summary>
    /// Fail for another model number or another form (SXM, PCIe), Warn for another variant, Unknown where one is not told.
    /// </summary>
    public static VastCheckStatus Compare(string? driver, string? vast)
    {
        if (string.IsNullOrWhiteSpace(driver) || string.IsNullOrWhiteSpace(vast))
        {
            return VastCheckStatus.Unknown;
        }

        string[] here = Words(driver);
        string[] rented = Words(vast);
        return Core(here) == Core(rented) ? (IsOtherForm(here, rented) ? VastCheckStatus.Fail : VastCheckStatus.Pass)
            : Number(here) == Number(rented) ? VastCheckStatus.Warn
            : VastCheckStatus.Fail;
    }

    /// <summary>The name without its maker, as people say it.</summary>
    public static string Short(string? name) => name is null
        ? "not told"
        : name.Replace("NVIDIA ", "", StringComparison.OrdinalIgnoreCase).Replace("GeForce ", "", StringComparison.OrdinalIgnoreCase);

    /// <summary>A driver version such as 550.127.05; null for anything else.</summary>
    public static Version? VersionOf(string? text) => Version.TryParse(text, out Version? version) ? version : null;

    // Letters after a number are a word of their own: "6000Ada", "4070S Ti" and "4070 Ti SUPER".
    private static string[] Words(string name) =>
        [.. Word().Matches(Size().Replace(name.ToUpperInvariant(), " "))
            .Select(m => s_short.GetValueOrDefault(m.Value, m.Value))
            .Select(w => w.StartsWith("SXM", StringComparison.Ordinal) ? "SXM" : w)];

    private static string Core(string[] words) => string.Concat(words.Where(w => !s_silent.Contains(w)).Order(StringComparer.Ordinal));

    private static string Number(string[] words) => words.FirstOrDefault(w => w.Any(char.IsAsciiDigit)) ?? "";

    private static bool IsOtherForm(string[] one, string[] other) =>
        (one.Contains("SXM") && other.Contains("PCIE")) || (one.Contains("PCIE") && other.Contains("SXM"));

    [GeneratedRegex("SXM[0-9]*|[A-Z]*[0-9]+|[A-Z]+")]
    private static partial Regex Word();

    // Memory sizes and kinds are checked by themselves.
    [GeneratedRegex(@"\b[0-9]+ ?GB\b|\bHBM[0-9]\w?\b")]
    private static partial Regex Size();
}
