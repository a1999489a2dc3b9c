namespace VastPS.Commands;

internal static partial class Texts
{
    public static string CannotRead(Exception why) => why is FileNotFoundException or DirectoryNotFoundException
        ? "there is no such file"
        : $"it cannot be read ({why.GetType().Name})";

    public static string OffloadNeedsRam(VastOffload offload) => $"the workload keeps {offload} in system RAM, so RAM decides whether it fits";

    public static string MustBeAtLeast(double least) => FormattableString.Invariant($"it must be {least:0} or more");
}
