using VastPS.Basics;
using VastPS.Features.Instances;
using VastPS.Kernel.Api;

namespace VastPS.Features.Runs;

/// <summary>What became of an instance after its runs.</summary>
/// <param name="Became">One line for people.</param>
/// <param name="Verdict">What was done, and why not more.</param>
/// <param name="Error">What went wrong, or keeps the instance; null where nothing.</param>
internal sealed record Finished(string Became, FinishVerdict Verdict, VastException? Error = null);

/// <summary>Stops or removes an instance after its runs where that may be done, and believes it only when the server shows it.</summary>
internal sealed class FinishFlow(VastApiClient api, PowerFlow power, DestroyFlow destroying)
{
    /// <summary>Does what may be done about the instance.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="facts">What is known of its runs, and what was agreed to.</param>
    /// <param name="others">Asks the box which other runs go on there.</param>
    /// <param name="acting">Told before the instance is stopped or removed.</param>
    /// <param name="stop">Ends the asking. What was begun with the instance goes on: it was agreed to.</param>
    public async Task<Finished> FinishAsync(
        long id, FinishFacts facts, Func<VastInstance, CancellationToken, Task<OtherRuns>> others, Action acting, CancellationToken stop)
    {
        if (await api.FindInstanceAsync(id, stop).ConfigureAwait(false) is not { } instance)
        {
            return new Finished(FormattableString.Invariant($"instance {id} is gone"), new(VastFinishAction.Keep, ""));
        }

        FinishVerdict verdict = FinishRule.Judge(facts);
        if (verdict.Action != VastFinishAction.Keep)
        {
            facts = facts with { IsOurs = instance.IsMine, Others = await others(instance, stop).ConfigureAwait(false) };
            verdict = FinishRule.Judge(facts);
        }

        if (verdict.Action == VastFinishAction.Keep)
        {
            string why = verdict.Why.Length == 0 ? " as it is" : ": " + verdict.Why;
            return new Finished(
                FormattableString.Invariant($"instance {id} is kept{why}; it costs {PriceText.PerHour(instance.PricePerHour)}"),
                verdict,
                Keeping(instance, facts));
        }

        stop.ThrowIfCancellationRequested();
        acting();
        try
        {
            string did = verdict.Action == VastFinishAction.Remove
                ? await RemoveAsync(instance).ConfigureAwait(false)
                : await StopAsync(instance).ConfigureAwait(false);
            return new Finished(verdict.Why.Length == 0 ? did : $"{did}; it was not removed, because {verdict.Why}", verdict);
        }
        catch (VastException e)
        {
            return new Finished(
                FormattableString.Invariant(
                    $"instance {id} may not be {(verdict.Action == VastFinishAction.Remove ? "removed" : "stopped")}, and then costs {PriceText.PerHour(instance.PricePerHour)}"),
                verdict,
                e);
        }
    }

    // What keeps it although all was agreed to is an error; trouble of the run is its outcome.
    private static VastException? Keeping(VastInstance instance, FinishFacts facts) => facts switch
    {
        { Others.Names: [string other, ..] } =>
            new VastException(VastReason.RunsShareBox, instance.InstanceId, other, instance.PricePerHour),
        { IsOurs: false, Terms.IsForced: false } => new VastException(
            VastReason.InstanceForeign, instance.InstanceId, instance.Label, "Remove-VastInstance"),
        _ => null,
    };

    private async Task<string> RemoveAsync(VastInstance instance)
    {
        await destroying.DestroyAsync(instance, CancellationToken.None).ConfigureAwait(false);
        return FormattableString.Invariant($"instance {instance.InstanceId} was removed");
    }

    private async Task<string> StopAsync(VastInstance instance)
    {
        VastInstance stopped = await power.StopAsync(instance, CancellationToken.None).ConfigureAwait(false);
        return FormattableString.Invariant(
            $"instance {instance.InstanceId} was stopped; its disk goes on costing {PriceText.PerDay(stopped.DiskPricePerHour)}");
    }
}
