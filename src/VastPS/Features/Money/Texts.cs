namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string ChargesNotRead(VastException why) =>
        $"The server's list of charges could not be read, so traffic is missing and what nobody saw is counted as run: {why.Message}";

    public static string IdleNotSeen(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"Not counted as idle, because what it does could not be read: {instance}; {string.Join("; ", reasons)}";

    public static string NotIdle(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"At work: {instance}; {string.Join("; ", reasons)}";
}
