namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string IdleNotSeen(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"Not counted as idle, because what it does could not be read: {instance}; {string.Join("; ", reasons)}";

    public static string NotIdle(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"At work: {instance}; {string.Join("; ", reasons)}";
}
