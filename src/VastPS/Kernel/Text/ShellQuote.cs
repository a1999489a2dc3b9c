namespace VastPS.Kernel.Text;

/// <summary>Words for a POSIX shell, quoted so that no byte of them means anything to it.</summary>
internal static class ShellQuote
{
    // What every POSIX shell takes literally anywhere in a word; all else is quoted.
    private const string Plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+:,./_-";

    /// <summary>One word. NUL cannot be part of any argument, so it is refused.</summary>
    public static string Word(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new VastException(
                VastReason.InvalidValue,
                value.Replace("\0", "\\0", StringComparison.Ordinal),
                "a remote argument",
                "it contains a NUL character",
                "leave the NUL out; bytes of any kind can be sent with Invoke-VastCommand -InputPath");
        }

        return value.Length > 0 && value.All(c => Plain.Contains(c, StringComparison.Ordinal))
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>The arguments as single words, with blanks between them.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Word));
}
