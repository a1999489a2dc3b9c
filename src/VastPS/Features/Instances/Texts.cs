using VastPS.Basics;
using VastPS.Features.Instances;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string RentTarget(RentPlan plan) => FormattableString.Invariant(
        $"offer {plan.Offer.OfferId}: {plan.Offer.GpuCount}x {plan.Offer.GpuName}, {plan.Options.DiskGB:0.#} GB disk, {plan.Offer.Location}");

    public static string RentAction(IReadOnlyList<RentPlan> plans, DateTimeOffset deadline) => FormattableString.Invariant(
        $"Rent {plans[0].Options.Type switch { VastOfferType.Interruptible => "by bid", _ => "on demand" }} for {plans[0].PricePerHour:0.0000} USD/h all-in{InItsPlace(plans)}, until {deadline:yyyy-MM-dd HH:mm} UTC at the latest, at most {plans.Max(p => p.TotalPrice):0.00} USD without traffic");

    public static string FellBack(VastException why) => $"Not taken: {VastException.Sentence(why)}";

    private static string InItsPlace(IReadOnlyList<RentPlan> plans) => plans.Count == 1 ? "" : FormattableString.Invariant(
        $" (where it is gone or its box does not come up: one of {plans.Count - 1} other offer(s), for at most {plans.Max(p => p.PricePerHour):0.0000} USD/h)");

    public static string RentInterrupted(string label) =>
        $"Stopped while renting. If the server created the instance, it is being removed. Check: Get-VastInstance -Label {PowerShellQuote.Quoted(label)}";

    public static string RentedDearer(RentPlan plan, VastInstance rented) => FormattableString.Invariant(
        $"Instance {rented.InstanceId} costs {PriceText.PerHour(rented.GpuPricePerHour)} without its disk; offer {plan.Offer.OfferId} said {plan.Offer.GpuPricePerHour:0.0000}. To give it back: Remove-VastInstance -InstanceId {rented.InstanceId}");

    public static string Rented(VastInstance instance) => FormattableString.Invariant(
        $"Rented instance {instance.InstanceId} for {PriceText.PerHour(instance.PricePerHour)}. To end it: Remove-VastInstance -InstanceId {instance.InstanceId}");

    public static string StopAction(decimal? diskPerHour) =>
        $"Stop; the GPU is given back and may be taken by others, the disk goes on costing {PriceText.PerDay(diskPerHour)}";

    public static string DiskStillBills(long instanceId, decimal? diskPerHour) =>
        $"Instance {instanceId} is stopped, not free: its disk costs {PriceText.PerDay(diskPerHour)} until Remove-VastInstance -InstanceId {instanceId}";

    public static string StartAction(decimal? pricePerHour) => $"Start for {PriceText.PerHour(pricePerHour)} all-in";

    public const string RestartAction = "Restart; what runs in the container ends, its disk and its GPU stay";

    public const string NoContainerYet = "its container does not exist yet, or no longer";

    public static string LabelAction(string name) => $"Rename to {name}";

    public static string BidAction(VastInstance instance, decimal bid) => instance.IsHalted
        ? $"Bid {PriceText.PerHour(bid)} for the GPUs; where that wins it runs again and is charged, disk included {PriceText.PerHour(bid + instance.DiskPricePerHour)}"
        : $"Bid {PriceText.PerHour(bid)} for the GPUs instead of {PriceText.PerHour(instance.GpuPricePerHour)}";

    public static string BidLoses(VastInstance instance, decimal bid) =>
        $"{PriceText.PerHour(bid)} loses on instance {instance.InstanceId}: the lowest bid that wins now is {PriceText.PerHour(instance.WinningBidPerHour)}";

    public static string VolumeTarget(VolumePlan plan) =>
        FormattableString.Invariant($"machine {plan.Offer.MachineId}: volume of {plan.SizeGB:0.#} GB");

    public static string VolumeAction(VolumePlan plan) =>
        $"Rent a volume for {PriceText.PerDay(plan.PricePerHour)}, used or not, until Remove-VastVolume";

    public const string RemoveVolumeAction = "Remove; everything on the volume is lost";

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
