using VastPS.Features.Instances;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string RentTarget(RentPlan plan) => FormattableString.Invariant(
        $"offer {plan.Offer.OfferId}: {plan.Offer.GpuCount}x {plan.Offer.GpuName}, {plan.Options.DiskGB:0.#} GB disk, {plan.Offer.Location}");

    public static string RentAction(RentPlan plan, DateTimeOffset deadline) => FormattableString.Invariant(
        $"Rent {plan.Options.Type switch { VastOfferType.Interruptible => "by bid", _ => "on demand" }} for {plan.PricePerHour:0.0000} USD/h all-in, until {deadline:yyyy-MM-dd HH:mm} UTC at the latest, at most {plan.TotalPrice:0.00} USD without traffic");

    public static string RentInterrupted(string label) =>
        $"Stopped while renting. If the server created the instance, it is being removed. Check: Get-VastInstance -Label {PowerShellQuote.Quoted(label)}";

    public static string RentedDearer(RentPlan plan, VastInstance rented) => FormattableString.Invariant(
        $"Instance {rented.InstanceId} costs {rented.GpuPricePerHour:0.0000} USD/h without its disk; offer {plan.Offer.OfferId} said {plan.Offer.GpuPricePerHour:0.0000}. To give it back: Remove-VastInstance -InstanceId {rented.InstanceId}");

    public static string Rented(VastInstance instance) => FormattableString.Invariant(
        $"Rented instance {instance.InstanceId} for {instance.PricePerHour:0.0000} USD/h. To end it: Remove-VastInstance -InstanceId {instance.InstanceId}");

    public static string StopAction(decimal? diskPerHour) => FormattableString.Invariant(
        $"Stop; the GPU is given back and may be taken by others, the disk goes on costing {diskPerHour * 24:0.00} USD per day");

    public static string DiskStillBills(long instanceId, decimal? diskPerHour) => FormattableString.Invariant(
        $"Instance {instanceId} is stopped, not free: its disk costs {diskPerHour * 24:0.00} USD per day until Remove-VastInstance -InstanceId {instanceId}");

    public static string StartAction(decimal? pricePerHour) => FormattableString.Invariant($"Start for {pricePerHour:0.0000} USD/h all-in");

    public static string AcceptKeyAction(VastException changed) =>
        $"Trust another host key at {changed.Facts[0]}: it was {changed.Facts[1]} and is now {changed.Facts[2]}";

    public static string KeyAccepted(VastException changed) =>
        $"Instance {changed.Target} has another host key at {changed.Facts[0]}: it was {changed.Facts[1]} and is now {changed.Facts[2]}. "
        + "The new one is trusted from now on; ssh and editors learn it by Update-VastSshConfig.";

    public const string RemoveAction = "Remove; everything on its disk is lost";

    public static string StartNotConfirmed(long instanceId) =>
        $"Stopped before the start of instance {instanceId} was confirmed; it may run and be charged. Give the GPU back: "
        + $"Stop-VastInstance -InstanceId {instanceId}";

    public static string StopNotConfirmed(long instanceId) =>
        $"Stopped before the stop of instance {instanceId} was confirmed. Check: Get-VastInstance -InstanceId {instanceId}";

    public static string RemovalNotConfirmed(IEnumerable<long> instanceIds)
    {
        string ids = string.Join(", ", instanceIds);
        return $"Ended before the removal of instance {ids} was confirmed. Check: Get-VastInstance -InstanceId {ids}";
    }

    public static string OnFailureAction(VastFailureAction action, int count) =>
        FormattableString.Invariant($"{action} each of {count} instance(s) that does not become ready");

    public static string AlsoRented(IReadOnlyList<long> waiting, IReadOnlyList<long> arrived) => string.Concat(
        waiting.Count > 0 ? $" Also rented, and no longer waited for: {string.Join(", ", waiting)}." : "",
        arrived.Count > 0 ? $" Also rented, and arrived: {string.Join(", ", arrived)}." : "");

    public static string WaitingFor(IReadOnlyList<VastInstance> waiting) => waiting.Count == 1
        ? $"{waiting[0].InstanceId} {waiting[0].StateWord}: {waiting[0].StatusMessage}"
        : string.Join(", ", waiting.GroupBy(i => i.StateWord).Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}")));

    public static string StillCosts(IEnumerable<long> instanceIds) =>
        $"No longer waited for, but still rented: {string.Join(", ", instanceIds)}. See what they cost: Get-VastCost";
}
