using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>Looks at runs and ends them.</summary>
internal sealed class RunsFlow(VastApiClient api, InstanceConnections connections, RunStore store, TimeProvider clock)
{
    private const int Looks = 3;

    private static readonly TimeSpan s_lookLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // Beyond the grace: finding the processes, and verifying the KILL.
    private static readonly TimeSpan s_endMargin = TimeSpan.FromSeconds(15);

    /// <summary>The runs known here, with what their boxes say now; runs that only a box knows follow those of their box.</summary>
    /// <param name="wanted">Which of those known here.</param>
    /// <param name="instanceIds">Boxes to ask in any case.</param>
    /// <param name="isWanted">Which of those that only a box knows.</param>
    /// <param name="keyPath">The user's private key; null for the usual places.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<IReadOnlyList<VastRun>> ReadAsync(
        IReadOnlyList<RunRecord> wanted,
        IReadOnlyList<long> instanceIds,
        Func<RunRecord, bool> isWanted,
        string? keyPath,
        CancellationToken stop)
    {
        Dictionary<long, VastInstance> listed = (await api.GetInstancesAsync(stop).ConfigureAwait(false)).ToDictionary(i => i.InstanceId);
        IEnumerable<long> asked = wanted.Where(r => r.IsOpen).Select(r => r.InstanceId).Concat(instanceIds).Distinct();
        Task<Answer>[] asks =
        [
            .. asked.Where(listed.ContainsKey)
                .Select(id => AskAsync(listed[id], wanted.Where(r => r.IsOpen && r.InstanceId == id), keyPath, stop)),
        ];
        Dictionary<long, Answer> answers = (await Task.WhenAll(asks).ConfigureAwait(false)).ToDictionary(a => a.Instance.InstanceId);
        var runs = new List<VastRun>();
        foreach (RunRecord run in wanted)
        {
            runs.Add(await ViewAsync(
                run, listed.ContainsKey(run.InstanceId), answers.GetValueOrDefault(run.InstanceId), stop).ConfigureAwait(false));
        }

        runs.AddRange(answers.Values.SelectMany(Foreign).Where(f => isWanted(f.Run)).Select(f => f.View));
        return runs;
    }

    /// <summary>The runs that only the boxes know: they were started from another computer.</summary>
    public async Task<IReadOnlyList<RunRecord>> ForeignAsync(string? keyPath, CancellationToken stop)
    {
        IReadOnlyList<VastInstance> listed = await api.GetInstancesAsync(stop).ConfigureAwait(false);
        Answer[] answers = await Task.WhenAll(
            listed.Where(i => i.IsMine && i.SshAddresses.Count > 0).Select(i => AskAsync(i, [], keyPath, stop))).ConfigureAwait(false);
        return [.. answers.SelectMany(Foreign).Select(f => f.Run)];
    }

    /// <summary>
    /// The runs that go on on a box besides some: those that it knows itself, whoever started them, and those just started
    /// from here. The ends of others that nobody watched are written down, for the box may be gone soon.
    /// </summary>
    public async Task<OtherRuns> OthersAsync(
        VastInstance instance, IReadOnlyList<RunRecord> besides, string? keyPath, CancellationToken stop)
    {
        HashSet<string> ours = [.. besides.Select(r => r.RunId)];
        RunRecord[] open =
            [.. store.Where(api.Server, r => r.InstanceId == instance.InstanceId && !ours.Contains(r.RunId)).Where(r => r.End is null)];

        // What is halted runs nothing; its disk keeps what it has.
        if (instance.IsHalted)
        {
            return new OtherRuns([], true);
        }

        Answer? given = null;
        bool hasAnswered = await Poll.TimesAsync(Looks, AnswersAsync, s_pause, clock, stop).ConfigureAwait(false);
        Answer answer = given!;
        var names = new List<string>();
        foreach (RunRecord run in open)
        {
            if ((await ViewAsync(run, true, answer, stop).ConfigureAwait(false)).State != VastRunState.Ended)
            {
                names.Add(run.Name);
            }
        }

        names.AddRange(
            Foreign(answer).Where(f => !ours.Contains(f.Run.RunId) && f.View.State != VastRunState.Ended).Select(f => f.Run.Name));
        return new OtherRuns(names, hasAnswered);

        async Task<bool> AnswersAsync() =>
            (given = await AskAsync(instance, open, keyPath, stop).ConfigureAwait(false)).Report is not null;
    }

    /// <summary>Ends all processes of a run: TERM, after the grace KILL. Throws RunNotEnded where some are left.</summary>
    public Task<VastRun> EndAsync(RunRecord run, TimeSpan grace, string? keyPath, CancellationToken stop) =>
        EndAsync(run, grace, keyPath, null, stop);

    /// <summary>The same, where the run is ended for a reason that is its outcome.</summary>
    public async Task<VastRun> EndAsync(RunRecord run, TimeSpan grace, string? keyPath, RunEnd? because, CancellationToken stop)
    {
        if (await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false) is not { } instance)
        {
            return IsOfOther(run)
                ? throw new VastException(VastReason.RunOfOtherAccount, run.Name, run.InstanceId)
                : await ViewAsync(run, false, null, stop).ConfigureAwait(false);
        }

        await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
        SshResult ended = await link.RunAsync(new SshCommandSpec(RunScripts.End(run.RunId, grace)) { Timeout = grace + s_endMargin }, stop)
            .ConfigureAwait(false);
        if (ended.Stdout.Trim() != "left=0")
        {
            throw new VastException(
                VastReason.RunNotEnded, run.Name, run.InstanceId, ended.TimedOut ? "the box did not answer in time" : ended.Stdout.Trim());
        }

        if (because is not null)
        {
            await store.CloseAsync(api.Server, run.RunId, because, stop).ConfigureAwait(false);
        }

        SshResult looked =
            await link.RunAsync(new SshCommandSpec(RunScripts.Look(run.RunId)) { Timeout = s_lookLimit }, stop).ConfigureAwait(false);
        return await ViewAsync(
            run,
            true,
            new Answer(instance, BoxReport.Read(looked.Stdout), TerminalText.Line(looked.Stderr).Trim()),
            stop).ConfigureAwait(false);
    }

    // What is not listed for this account may well be for the one that it was started with.
    private bool IsOfOther(RunRecord run) => run.KeyMark is { } mark && mark != api.KeyMark;

    private IEnumerable<(RunRecord Run, VastRun View)> Foreign(Answer answer)
    {
        DateTimeOffset now = clock.GetUtcNow();
        BoxRun[] runs = [.. (answer.Report?.Runs ?? []).Where(r => r.StartedAt is not null || r.IsAlive)];
        IReadOnlySet<string> known = store.Known(api.Server, runs.Select(r => r.RunId));
        foreach (BoxRun seen in runs.Where(r => !known.Contains(r.RunId)))
        {
            RunRecord run = RunView.Foreign(seen, answer.Instance);
            yield return (run, RunView.Of(run, seen, RunView.End(run, answer.Report!, seen, now), now, ["started from another computer"]));
        }
    }

    // The end of a run is written down here when it is first seen: the box may be gone tomorrow.
    private async Task<VastRun> ViewAsync(RunRecord run, bool isListed, Answer? answer, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (run.IsOpen && !isListed && IsOfOther(run))
        {
            return RunView.Of(run with { End = null }, now, Texts.OtherAccount(run.InstanceId));
        }

        BoxRun? seen = answer?.Report?.Runs.FirstOrDefault(r => r.RunId == run.RunId);
        RunEnd? end = run.IsOpen && isListed
            ? answer?.Report is { } report ? RunView.End(run, report, seen, now) : null
            : run.End ?? RunView.Removed(run, now);
        if (end is not null && run.IsOpen)
        {
            await store.CloseAsync(api.Server, run.RunId, end, stop).ConfigureAwait(false);
        }

        return seen?.StartedAt is null
            ? RunView.Of(run with { End = end }, now, end is null ? answer?.Trouble ?? "the box was not asked" : "")
            : RunView.Of(run, seen, end, now, []);
    }

    private async Task<Answer> AskAsync(VastInstance instance, IEnumerable<RunRecord> open, string? keyPath, CancellationToken stop)
    {
        try
        {
            await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
            DateTimeOffset now = clock.GetUtcNow();
            string script = RunScripts.List(open.Where(r => RunView.IsOverdue(r, now)).Select(r => r.RunId));
            SshResult ran = await link.RunAsync(new SshCommandSpec(script) { Timeout = s_lookLimit }, stop).ConfigureAwait(false);
            return new Answer(
                instance,
                BoxReport.Read(ran.Stdout),
                ran.TimedOut ? "the box did not answer in time" : TerminalText.Line(ran.Stderr).Trim());
        }
        catch (VastException e)
        {
            // One box that does not answer must not hide the runs of the others.
            return new Answer(instance, null, e.Message);
        }
    }

    private sealed record Answer(VastInstance Instance, BoxReport? Report, string Trouble);
}
