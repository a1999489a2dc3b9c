using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace VastPS.Commands;

/// <summary>Checks of typed values, each one InvalidValue error that names the value, the parameter and what would do.</summary>
internal static class Check
{
    public static void Positive(TimeSpan value, string parameter) =>
        That(value > TimeSpan.Zero, value, parameter, "it must be longer than nothing", $"-{parameter} 15m");

    public static void Positive(double? value, string parameter) =>
        That(value is null || (value > 0 && double.IsFinite(value.Value)), value, parameter, "it must be a number above zero", $"-{parameter} 100");

    public static void Positive(decimal? value, string parameter) =>
        That(value is null or > 0, value, parameter, "it must be above zero", $"-{parameter} 0.25");

    public static void InRange(double value, double least, double most, string parameter) =>
        That(value >= least && value <= most, value, parameter, FormattableString.Invariant($"it must be from {least} to {most}"), FormattableString.Invariant($"-{parameter} {least}"));

    public static void Download(Uri uri, string parameter) =>
        That(
            uri.IsAbsoluteUri && (uri.Scheme is "https" or "http") && uri.UserInfo.Length == 0,
            uri.IsAbsoluteUri ? uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped) : uri,
            parameter,
            "it must be an http or https address without a password in it",
            $"-{parameter} https://speed.hetzner.de/100MB.bin");

    public static void RemotePath(string path, string parameter) =>
        That(path.Length > 0 && !path.Any(char.IsControl), path, parameter, "it must be a path on the box, without control characters", $"-{parameter} /workspace/data");

    /// <summary>A variable that holds nothing is told apart from a parameter that was left out, which may mean all.</summary>
    public static void NotNull(PSCmdlet cmdlet)
    {
        foreach (string name in cmdlet.MyInvocation.BoundParameters.Where(p => p.Value is null).Select(p => p.Key))
        {
            PropertyInfo? property = cmdlet.GetType().GetProperty(name);
            That(
                property is null || new NullabilityInfoContext().Create(property).WriteState != NullabilityState.NotNull,
                "$null", name, "a variable without a value was given", $"leave -{name} out, or give it a value");
        }
    }

    public static void That(bool holds, object? value, string parameter, string why, string next)
    {
        if (!holds)
        {
            throw new VastException(VastReason.InvalidValue, Convert.ToString(value, CultureInfo.InvariantCulture), "-" + parameter, why, next);
        }
    }

    /// <summary>The files and folders that wildcards match, as paths of the system; a pattern that matches nothing is an error.</summary>
    public static IReadOnlyList<string> Matches(this PSCmdlet cmdlet, IEnumerable<string> patterns)
    {
        var found = new List<string>();
        foreach (string pattern in patterns)
        {
            try
            {
                int before = found.Count;
                found.AddRange(cmdlet.GetResolvedProviderPathFromPSPath(pattern, out ProviderInfo _));
                if (found.Count == before)
                {
                    throw new VastException(VastReason.LocalItemNotFound, pattern);
                }
            }
            catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
            {
                throw VastException.Because(e, VastReason.LocalItemNotFound, pattern);
            }
        }

        return [.. found.Distinct()];
    }

    /// <summary>A PowerShell path as a file path of the system: the process folder is not where the user stands.</summary>
    public static string? Resolve(this PSCmdlet cmdlet, string? path) =>
        path is null ? null : cmdlet.GetUnresolvedProviderPathFromPSPath(path);
}
