using System.Text.RegularExpressions;
using VastPS.Kernel.Logs;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>The pattern by which a user says how a log is read.</summary>
internal static class LogPattern
{
    // A pattern that runs wild on one line must not hold up the next.
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(250);

    /// <summary>The pattern, null for none; nonsense, and one that names no value, is an InvalidValue error.</summary>
    public static Regex? Read(string? typed)
    {
        if (typed is null)
        {
            return null;
        }

        try
        {
            var pattern = new Regex(typed, RegexOptions.CultureInvariant, s_limit);
            Check.That(PatternReader.HasValue(pattern), $"'{typed}'", "Pattern", Texts.NoValueGroup, Texts.PatternExample);
            return pattern;
        }
        catch (ArgumentException e)
        {
            throw VastException.Because(
                e, VastReason.InvalidValue, $"'{typed}'", "-Pattern", Texts.NoPattern(e.Message), Texts.PatternExample);
        }
    }
}
