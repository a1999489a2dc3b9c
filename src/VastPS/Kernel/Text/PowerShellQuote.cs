using System.Globalization;
using VastPS.Basics;

namespace VastPS.Kernel.Text;

/// <summary>
/// Words in commands that are suggested: whoever pastes one into PowerShell gets the same text back, whatever it holds. As a
/// format provider it knows "q" for a quoted word, "w" for one that is quoted where it must be, "sq" for a word of the box's
/// shell inside a quoted command, and "usd/h" for a price that may be unknown.
/// </summary>
internal sealed class PowerShellQuote : IFormatProvider, ICustomFormatter
{
    /// <summary>For the templates of the error catalogue.</summary>
    public static PowerShellQuote Format { get; } = new();

    // What means nothing to PowerShell anywhere in an argument, backslashes of Windows included; not the first character of each.
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./\\:+=%^!?*-";
    private const string NotFirst = "-%?!=+^";

    /// <summary>Between single quotes. PowerShell takes the curved ones of print for the same.</summary>
    public static string Quoted(string text) => $"'{Doubled(text)}'";

    /// <summary>The text as it is where PowerShell takes it so, else quoted. A "~/" stays outside: quoted it would be a name.</summary>
    public static string Word(string text) => IsPlain(text.StartsWith("~/", StringComparison.Ordinal) ? text[2..] : text)
        ? text
        : Quoted(text);

    public object? GetFormat(Type? formatType) =>
        formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType);

    string ICustomFormatter.Format(string? format, object? arg, IFormatProvider? formatProvider)
    {
        string Text() => Convert.ToString(arg, CultureInfo.InvariantCulture) ?? "";
        return format switch
        {
            "q" => Quoted(Text()),
            "w" => Word(Text()),
            "sq" => Doubled(ShellQuote.Word(Text())),
            "usd/h" => PriceText.PerHour(arg as decimal?),
            _ when arg is IFormattable number => number.ToString(format, CultureInfo.InvariantCulture),
            _ => Text(),
        };
    }

    private static bool IsPlain(string text) => text.Length > 0
        && !NotFirst.Contains(text[0], StringComparison.Ordinal)
        && text.All(c => Plain.Contains(c, StringComparison.Ordinal));

    private static string Doubled(string text) =>
        string.Concat(text.Select(c => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? $"{c}{c}" : $"{c}"));
}
