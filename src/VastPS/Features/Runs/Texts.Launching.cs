using VastPS.Basics;
using VastPS.Features.Runs;
using VastPS.Features.Transfer;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string NotAnEstimate = "it must be what Measure-VastRun or Test-VastRunFit gave for one machine";

    public static string NothingSaved(string name, string path) => $"{name} has saved nothing yet at {path} that looks like a checkpoint.";

    public static string StartRunAction(LaunchOptions options, Relaunch? again)
    {
        string start = again is null ? "Start" : $"'{again.Record.Name}' ended as {again.Cause}. Start again";
        return options.MaxRuntime is { } limit
            ? $"{start} '{options.Command}'; the box ends it after {Duration.Format(limit)}"
            : $"{start} '{options.Command}' without a limit";
    }

    public static string EndedBefore(Relaunch again) =>
        $"'{again.Record.Name}' ended as {again.Cause}. What made it end may do so again.";

    public static string MoveDeadlineAction(RunRecord run, TimeSpan limit) =>
        $"Let the box of instance {run.InstanceId} end it {Duration.Format(limit)} after its start, instead of "
        + (run.Deadline - run.StartedAt is { } old ? $"{Duration.Format(old)} after it" : "never");

    public const string AllAsItWas = "Box, label and what is noted here are as they were.";

    public const string MayHaveMoved = "The box or the label may have the new deadline: look at it again.";

    public static string MayHaveBegun(string name) => $"The run '{name}' may have begun. To find out: Get-VastRun -Name {PowerShellQuote.Quoted(name)}";

    public static string LogAway(string name, string why) =>
        $"The log of '{name}' cannot be read for now. As soon as the box answers, reading goes on where it broke off. {why}";

    public static string OnFinishAction(
        FinishTerms terms, bool hasRules, IEnumerable<long> instanceIds, IReadOnlyList<string> paths, string destination)
    {
        string boxes = $"instance {string.Join(", ", instanceIds)}";
        var deeds = new List<string>();
        if (hasRules)
        {
            deeds.Add("end them where a rule of -AbortIf holds");
        }

        if (terms.StopsOnTrouble)
        {
            deeds.Add($"end them and stop {boxes} in trouble");
        }

        if (paths.Count > 0)
        {
            deeds.Add(ReceiveAction(paths, destination) + " when they have an outcome");
        }

        if (terms.Action != VastFinishAction.Keep)
        {
            string lost = terms.Action == VastFinishAction.Remove ? "; everything on its disk is lost" : "";
            deeds.Add($"{terms.Action} {boxes} when they have an outcome{lost}");
        }

        string all = string.Join(", then ", deeds);
        return char.ToUpperInvariant(all[0]) + all[1..];
    }

    public const string RunEnded = "it was ended: TERM to all its processes, KILL to what was left, and nothing is left";

    public const string GoesOn = "the run still goes on";

    public static string RunNotEnded(VastException why) => $"it could not be ended: {VastErrors.Sentence(why)}";

    public static string NotFetched(string became, string next) => $"{Sentence(became)} To fetch what it saved: {next}";

    public static string Sentence(string fact) => char.ToUpperInvariant(fact[0]) + fact[1..] + ".";

    public static string NotAllWatched(long instanceId) =>
        FormattableString.Invariant(
            $"instance {instanceId} is kept: not all of its runs could be watched. See what it costs: Get-VastInstance -InstanceId {instanceId}");

    public static string NotAllEnded(long instanceId) =>
        FormattableString.Invariant(
            $"instance {instanceId} is kept, and nothing was fetched: the watching ended before its runs. See what it costs: Get-VastInstance -InstanceId {instanceId}");

    public static string TooShortForALook(TimeSpan least) => $"in less than {Duration.Format(least)} nothing is looked at twice";

    public const string NotLookedAt = "no look was done in that time";

    public static string WatchEnded(TimeSpan timeout) =>
        $"the watching ended after {Duration.Format(timeout)} (-Timeout); the run was not ended";

    public static string WatchTimedOut(IReadOnlyList<RunRecord> runs, TimeSpan timeout)
    {
        decimal perHour = runs.DistinctBy(r => r.InstanceId).Sum(r => r.PricePerHour);
        string names = Names(runs.Select(r => r.Name));
        return FormattableString.Invariant(
            $"No longer watched after {Duration.Format(timeout)} (-Timeout), and not ended: {names}. The boxes go on costing {perHour:0.0000} USD/h. To watch again: Wait-VastRun {names}");
    }

    public static string WatchLogTrouble(VastException why) =>
        $"The looks are not noted in the file of -LogPath, the watching goes on: {VastErrors.Sentence(why)}";

    public static string? WatchBrokenOff(long[] underWay, string[] watched)
    {
        string begun = underWay.Length > 0
            ? $"What was begun with instance {string.Join(", ", underWay)} is not confirmed. Check: Get-VastInstance "
            : "";
        string words = begun + (watched.Length > 0 ? NoLongerWatched(watched) : "");
        return words.Length > 0 ? words.Trim() : null;
    }

    public static IEnumerable<string> Received(Results got) =>
        [.. got.Arrived.Select(a => $"received {a}"), .. got.Missing.Select(m => $"not received: {VastErrors.Sentence(m)}")];

    public static string StillThere(long instanceId) => $"instance {instanceId} is kept as it is";

    public const string LookForIt = "Get-VastInstance";

    public static string FetchByHand(long instanceId, bool isStopped, IEnumerable<string> paths, string destination) =>
        $"{(isStopped ? $"Start-VastInstance -InstanceId {instanceId} | Wait-VastInstance; " : "")}Receive-VastItem -InstanceId "
        + $"{instanceId} -Path {string.Join(", ", paths.Select(PowerShellQuote.Quoted))} -Destination {PowerShellQuote.Quoted(destination)} -Recurse"
        + $"   then   Remove-VastInstance -InstanceId {instanceId}";

    public static string WatchingRuns(IReadOnlyList<RunRecord> runs)
    {
        decimal perHour = runs.Where(r => r.End is null).DistinctBy(r => r.InstanceId).Sum(r => r.PricePerHour);
        return FormattableString.Invariant(
            $"Watching costs nothing, the boxes cost {perHour:0.0000} USD/h. Ctrl+C ends the watching only; to watch again: Wait-VastRun {Names(runs.Select(r => r.Name))}");
    }

    public static string Watching(int count) => count == 1 ? "Watching the run" : FormattableString.Invariant($"Watching {count} runs");

    public static string NoLongerWatched(IReadOnlyList<string> names) =>
        $"No longer watched, and not ended: the runs go on and cost money. To watch again: Wait-VastRun {Names(names)}";

    private static string Names(IEnumerable<string> names) => string.Join(",", names);

    public static string StopRunAction(long instanceId) => FormattableString.Invariant($"End all its processes on instance {instanceId}");
}
