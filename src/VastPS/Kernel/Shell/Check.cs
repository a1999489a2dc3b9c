using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

/// <summary>Checks of typed values, each one InvalidValue error that names the value, the parameter and what would do.</summary>
internal static class Check
{
    /// <summary>The timers of the system go no further.</summary>
    public const int LongestTimerDays = 24;

    // What lies beyond these is a slip, and could no longer be multiplied with a price or added to a date.
    private const int LongestDays = 3650;
    private const double Most = 1e12;

    /// <summary>
    /// No parameter of a command takes the key of the account as plain text: most of them travel to a box. ApiKeyWithheld.
    /// </summary>
    public static void NoKey(PSCmdlet command)
    {
        foreach ((string name, object? value) in command.MyInvocation.BoundParameters)
        {
            KeyRule.Demand("-" + name, value is PSObject wrapped ? wrapped.BaseObject : value);
        }
    }

    public static void Positive(TimeSpan? value, string parameter, int mostDays = LongestDays) =>
        That(
            value is null || (value > TimeSpan.Zero && value <= TimeSpan.FromDays(mostDays)),
            value,
            parameter,
            $"it must be longer than nothing and at most {mostDays} days",
            $"-{parameter} 15m");

    public static void Positive(double? value, string parameter) =>
        That(
            value is null or (> 0 and <= Most),
            value,
            parameter,
            "it must be a number above zero" + Limit(value > Most),
            $"-{parameter} 100");

    public static void Positive(decimal? value, string parameter) =>
        That(
            value is null or (> 0 and <= (decimal)Most),
            value,
            parameter,
            "it must be above zero" + Limit(value > (decimal)Most),
            $"-{parameter} 0.25");

    public static void InRange(double value, double least, double most, string parameter) =>
        That(
            value >= least && value <= most,
            value,
            parameter,
            FormattableString.Invariant($"it must be from {least} to {most}"),
            FormattableString.Invariant($"-{parameter} {least}"));

    /// <summary>An address that a box can download from, as it was given in a parameter or a variable.</summary>
    public static Uri Download(Uri uri, string place) =>
        uri.IsAbsoluteUri && (uri.Scheme is "https" or "http") && uri.UserInfo.Length == 0
            ? uri
            : throw new VastException(
                VastReason.InvalidValue,
                uri.IsAbsoluteUri
                    ? uri.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped)
                    : uri.ToString(),
                place,
                "it must be an http or https address without a password in it",
                place + (place[0] == '$' ? " = 'https://ash-speed.hetzner.com/100MB.bin'" : " https://ash-speed.hetzner.com/100MB.bin"));

    /// <summary>A text with wildcards, whatever its case; one that cannot be read is an error of its parameter.</summary>
    public static WildcardPattern Pattern(string typed, string parameter)
    {
        try
        {
            // It is read when it is first used.
            var pattern = WildcardPattern.Get(typed, WildcardOptions.IgnoreCase);
            _ = pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException e)
        {
            throw VastException.Because(e, VastReason.InvalidValue, typed, "-" + parameter, "a bracket is open", $"-{parameter} '*'");
        }
    }

    public static void RemotePaths(IEnumerable<string> paths, string parameter)
    {
        foreach (string path in paths)
        {
            RemotePath(path, parameter);
        }
    }

    public static void RemotePath(string path, string parameter) =>
        That(
            path.Length > 0 && !path.Any(char.IsControl),
            path,
            parameter,
            "it must be a path on the box, without control characters",
            $"-{parameter} /workspace/data");

    /// <summary>
    /// A variable that holds nothing is told apart from a parameter that was left out, which may mean all; so is a list with a hole.
    /// </summary>
    public static void NotNull(PSCmdlet cmdlet)
    {
        foreach (PropertyInfo property in cmdlet.MyInvocation.BoundParameters.Keys.Select(name => cmdlet.GetType().GetProperty(name))
            .OfType<PropertyInfo>())
        {
            object? value = property.GetValue(cmdlet);
            if (value is null || (value is object?[] list && list.Contains(null)))
            {
                NullabilityInfo may = new NullabilityInfoContext().Create(property);
                That(
                    (value is null ? may : may.ElementType)?.WriteState != NullabilityState.NotNull,
                    "$null", property.Name, "a variable without a value was given", $"leave -{property.Name} out, or give it a value");
            }
        }
    }

    public static void That(bool holds, object? value, string parameter, string why, string next)
    {
        if (!holds)
        {
            throw new VastException(
                VastReason.InvalidValue, Convert.ToString(value, CultureInfo.InvariantCulture), "-" + parameter, why, next);
        }
    }

    private static string Limit(bool isPassed) => isPassed ? FormattableString.Invariant($" and at most {Most:0}") : "";

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
            catch (Exception e) when (IsNoPlace(e))
            {
                throw VastException.Because(e, VastReason.LocalItemNotFound, pattern);
            }
        }

        return [.. found.Distinct()];
    }

    /// <summary>A PowerShell path as a file path of the system: the process folder is not where the user stands.</summary>
    public static string? Resolve(this PSCmdlet cmdlet, string? path)
    {
        try
        {
            return path is null ? null : cmdlet.GetUnresolvedProviderPathFromPSPath(path);
        }
        catch (Exception e) when (IsNoPlace(e))
        {
            throw VastException.Because(e, VastReason.LocalItemNotFound, path);
        }
    }

    // No such file, drive or provider.
    private static bool IsNoPlace(Exception e) =>
        e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException;
}
