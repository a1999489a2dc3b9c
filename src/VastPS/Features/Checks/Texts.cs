using VastPS.Basics;
using VastPS.Features.Checks;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string NoFolderName = "its name cannot be the name of a folder";

    public const string NoDash = "a name that begins with a dash is taken for an option by many programs";

    public const string SshNeedsBundle = "it is fetched over ssh, and no key of yours goes to a box";

    public const string BusyWithoutMemory =
        "the GPU is busy although nothing of this box is on it: look again in a minute; if it stays, somebody else uses the card";

    public static string SlicesHold(IReadOnlyList<double> gib) => gib.Count == 0
        ? "MIG is on: a container gets a slice of the card, and no slice is listed"
        : FormattableString.Invariant($"MIG is on: the slices of this box hold {string.Join(", ", gib)} GiB");

    public static string CheckFix(VastCheckResult result) =>
        $"{result.Name}{(result.Note.Length > 0 ? " is " + result.Note : "")}: {result.Fix}";

    public static string SetupActivity(long instanceId) => FormattableString.Invariant($"Setting up instance {instanceId}");

    public static string SetupAction(SetupOptions options) =>
        $"{(options.IsBundled ? "Send" : "Clone")} {options.Repository.Text} at {options.Commit} into "
        + $"{options.Path}{(options.Command is { } command ? $" and run '{command}' there" : "")}";

    public static string SetupRetry(string trouble, TimeSpan pause) =>
        $"The network failed ({trouble}); trying again in {Duration.Format(pause)}.";

    public static string ChangedSince(string place) =>
        $"Files in {place} differ from the commit; only what is committed is brought to a box.";
}
