using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Api;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Moves the deadline of a run on the box, in the label of its instance and in the store: everywhere, or nowhere.</summary>
internal sealed class DeadlineFlow(VastApiClient api, InstanceConnections connections, RunStore store, TimeProvider clock)
{
    // Its limiter looks every five seconds; a box under load takes longer.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    /// <summary>
    /// Gives a run another limit, counted from its start. DeadlinePassed and RunHasEnded change nothing; after DeadlineNotMoved
    /// its sentence says what stands.
    /// </summary>
    public async Task<VastRun> MoveAsync(RunRecord run, TimeSpan limit, string? keyPath, CancellationToken stop)
    {
        VastInstance instance = await api.FindInstanceAsync(run.InstanceId, stop).ConfigureAwait(false)
            ?? throw new VastException(VastReason.InstanceNotFound, run.InstanceId);
        await using ISshLink link = await connections.ConnectAsync(instance, keyPath, stop).ConfigureAwait(false);
        await DemandAsync(link, run, limit, stop).ConfigureAwait(false);

        // From here on it is carried through, or taken back.
        DateTimeOffset deadline = run.StartedAt + limit;
        try
        {
            await LabelAsync(instance, NewLabel(instance, run, deadline)).ConfigureAwait(false);
            await store.MoveAsync(api.Server, run.RunId, deadline, CancellationToken.None).ConfigureAwait(false);
        }
        catch (VastException e)
        {
            throw VastException.Because(
                e, VastReason.DeadlineNotMoved, run.Name, run.InstanceId, VastErrors.Sentence(e).TrimEnd('.'),
                await UndoAsync(link, run, instance).ConfigureAwait(false));
        }

        string before = run.Deadline - run.StartedAt is { } old ? Duration.Format(old) : "never";
        return RunView.Of(
            run with { Deadline = deadline },
            new BoxRun(run.RunId) { LogPath = run.LogPath },
            null,
            clock.GetUtcNow(),
            [$"the box ends it after {Duration.Format(limit)} instead of {before}"]);
    }

    private static async Task DemandAsync(ISshLink link, RunRecord run, TimeSpan limit, CancellationToken stop)
    {
        string answer = await AskAsync(link, run, limit, stop).ConfigureAwait(false);
        string seconds = Math.Ceiling(limit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (answer == seconds)
        {
            return;
        }

        string[] words = answer.Split(' ');
        throw words switch
        {
            ["over"] => new VastException(VastReason.RunHasEnded, run.Name),
            ["passed", var passed] when int.TryParse(passed, NumberStyles.None, CultureInfo.InvariantCulture, out int already) =>
                new VastException(
                    VastReason.DeadlinePassed, run.Name, Duration.Format(TimeSpan.FromSeconds(already)), Duration.Format(limit)),
            ["deaf"] => NotMoved(run, "an earlier version of VastPS started it, whose limit cannot be moved", Texts.AllAsItWas),
            ["full"] => NotMoved(run, "the box could not write it down", Texts.AllAsItWas),
            ["unheard"] => NotMoved(run, "nobody on the box took note of it", Texts.AllAsItWas),
            _ => NotMoved(run, "the box gave no whole answer", Texts.MayHaveMoved),
        };
    }

    private static async Task<string> AskAsync(ISshLink link, RunRecord run, TimeSpan? limit, CancellationToken stop)
    {
        SshResult ran = await link.RunAsync(new SshCommandSpec(RunScripts.Limit(run.RunId, limit)) { Timeout = s_limit }, stop)
            .ConfigureAwait(false);
        string[] words = ran.Stdout.Trim().Split('=', 2);
        return words is ["moved", var answer] ? answer : "";
    }

    // Only our labels hold a deadline. It is that of the run that ends last.
    private string? NewLabel(VastInstance instance, RunRecord run, DateTimeOffset deadline)
    {
        if (!instance.IsMine || InstanceLabel.TryParse(instance.Label) is not { } label)
        {
            return null;
        }

        DateTimeOffset last = store.Where(api.Server, r => r.InstanceId == run.InstanceId)
            .Where(r => r.End is null && r.RunId != run.RunId)
            .Select(r => r.Deadline).Append(deadline).Max()!.Value;
        return InstanceLabel.Make(label.Name, label.Nonce, last);
    }

    private async Task LabelAsync(VastInstance instance, string? label)
    {
        if (label is null || label == instance.Label)
        {
            return;
        }

        await api.SetLabelAsync(instance.InstanceId, label, CancellationToken.None).ConfigureAwait(false);
        VastInstance? after = await api.FindInstanceAsync(instance.InstanceId, CancellationToken.None).ConfigureAwait(false);
        if (after?.Label != label)
        {
            throw new VastException(VastReason.InstanceNotFound, instance.InstanceId);
        }
    }

    // What stands afterwards, as a sentence.
    private async Task<string> UndoAsync(ISshLink link, RunRecord run, VastInstance instance)
    {
        bool isBack = true;
        try
        {
            await LabelBackAsync(instance).ConfigureAwait(false);
        }
        catch (VastException)
        {
            isBack = false;
        }

        try
        {
            TimeSpan? before = run.Deadline - run.StartedAt;
            string answer = await AskAsync(link, run, before, CancellationToken.None).ConfigureAwait(false);
            isBack &= answer == Math.Ceiling((before ?? TimeSpan.Zero).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        catch (VastException)
        {
            isBack = false;
        }

        return isBack ? Texts.AllAsItWas : Texts.MayHaveMoved;
    }

    private async Task LabelBackAsync(VastInstance instance)
    {
        VastInstance? now = await api.FindInstanceAsync(instance.InstanceId, CancellationToken.None).ConfigureAwait(false);
        if (now is not null && now.Label != instance.Label)
        {
            await api.SetLabelAsync(instance.InstanceId, instance.Label, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static VastException NotMoved(RunRecord run, string why, string stands) =>
        new(VastReason.DeadlineNotMoved, run.Name, run.InstanceId, why, stands);
}
