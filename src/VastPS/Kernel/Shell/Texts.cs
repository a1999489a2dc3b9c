using VastPS.Basics;

namespace VastPS.Kernel.Shell;

/// <summary>
/// Every sentence a user reads that is not an error. Errors are in <see cref="VastErrors"/>.
/// The sentences of a feature stand in its own folder.
/// </summary>
internal static partial class Texts
{
    public static string PassphrasePrompt(string path) => $"Passphrase for {path}: ";

    public const string NoInstance = "It names no instance.";

    public const string AskMessage = "Supply values for the following parameters:";

    public static string AskCaption(string? command) => $"cmdlet {command}";

    public static string NotADuration(object? given) =>
        FormattableString.Invariant($"'{given}' is not a duration. Write a number with its unit: 90s, 15m, 2h or 1.5d.");

    public static string Elapsed(string what, TimeSpan elapsed) => $"{what}, {Duration.Format(elapsed)}";
}
