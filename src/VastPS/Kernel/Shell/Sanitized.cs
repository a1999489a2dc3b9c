using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

/// <summary>What every sentence passes before somebody reads it.</summary>
internal static class Sanitized
{
    /// <summary>
    /// The text without secrets, and without what a terminal would obey. In this order: an escape sequence inside a secret would hide it.
    /// </summary>
    public static string Text(string text) => Redactor.Clean(TerminalText.Clean(text));
}
