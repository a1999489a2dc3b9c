using VastPS.Basics;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.State;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string NotAnEstimate = "it must be what Measure-VastRun or Test-VastRunFit gave for one machine";

    public static string StartRunAction(RunWish wish) => wish.MaxRuntime is { } limit
        ? $"Start '{wish.Command}'; the box ends it after {Duration.Format(limit)}"
        : $"Start '{wish.Command}' without a limit";

    public static string MayHaveBegun(string name) => $"The run '{name}' may have begun. To find out: Get-VastRun -Name '{name}'";

    public static string LogAway(string name, string why) => $"No more of the log of '{name}' for now; reading goes on where it broke off as soon as the box answers. {why}";

    public static string OnFinishAction(VastFinishAction action, IEnumerable<long> instanceIds, IReadOnlyList<string> paths, string destination)
    {
        string[] deeds = [.. paths.Count > 0 ? [ReceiveAction(paths, destination)] : Array.Empty<string>(), .. action == VastFinishAction.Keep ? [] : new[] { $"{action} instance {string.Join(", ", instanceIds)}" }];
        return string.Join(", then ", deeds) + " when they have an outcome";
    }

    public static IEnumerable<string> Received(Results got) =>
        [.. got.Arrived.Select(a => $"received {a}"), .. got.Missing.Select(m => $"not received: {VastErrors.Sentence(m)}")];

    public static string NotRemoved(string became) => $"{became}; it was not removed, because its disk still has the results";

    public static string StillThere(long instanceId) => $"instance {instanceId} is kept as it is";

    public const string LookForIt = "Get-VastInstance";

    public static string FetchByHand(long instanceId, bool isStopped, IEnumerable<string> paths, string destination) =>
        $"{(isStopped ? $"Start-VastInstance -InstanceId {instanceId} | Wait-VastInstance; " : "")}Receive-VastItem -InstanceId {instanceId} -Path {string.Join(", ", paths.Select(p => $"'{p}'"))} -Destination '{destination}' -Recurse"
        + $"   then   Remove-VastInstance -InstanceId {instanceId}";

    public static string WatchingRuns(IReadOnlyList<RunRecord> runs)
    {
        decimal perHour = runs.Where(r => r.End is null).DistinctBy(r => r.InstanceId).Sum(r => r.PricePerHour);
        return FormattableString.Invariant($"Watching costs nothing, the boxes cost {perHour:0.0000} USD/h. Ctrl+C ends the watching only; to watch again: Wait-VastRun {Names(runs.Select(r => r.Name))}");
    }

    public static string Watching(int count) => count == 1 ? "Watching the run" : FormattableString.Invariant($"Watching {count} runs");

    public static string NoLongerWatched(IReadOnlyList<string> names) =>
        $"No longer watched, and not ended: the runs go on and cost money. To watch again: Wait-VastRun {Names(names)}";

    private static string Names(IEnumerable<string> names) => string.Join(",", names);

    public static string StopRunAction(long instanceId) => FormattableString.Invariant($"End all its processes on instance {instanceId}");
}
