using VastPS.Basics;
using VastPS.Runs;

namespace VastPS.Commands;

internal static partial class Texts
{
    public static string StartRunAction(RunWish wish) => wish.MaxRuntime is { } limit
        ? $"Start '{wish.Command}'; the box ends it after {Duration.Format(limit)}"
        : $"Start '{wish.Command}' without a limit";

    public static string StopRunAction(long instanceId) => FormattableString.Invariant($"End all its processes on instance {instanceId}");
}
