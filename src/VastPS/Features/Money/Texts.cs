namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string IdleNotSeen(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"Not called idle because it could not be looked at: {instance}; {string.Join("; ", reasons)}";

    public static string NotIdle(VastInstance instance, IReadOnlyList<string> reasons) =>
        $"At work: {instance}; {string.Join("; ", reasons)}";
}
