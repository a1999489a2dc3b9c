namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>What a cost is of: the number of an instance, or V. and that of a volume, as the server writes it.</summary>
    public static string CostOf(VastCost cost) =>
        cost.VolumeId is { } volume ? FormattableString.Invariant($"V.{volume}") : FormattableString.Invariant($"{cost.InstanceId}");

    /// <summary>Whether a cost goes on: running; open where the server may still book something; closed.</summary>
    public static string Closed(VastCost cost) => !cost.IsClosed ? "running" : cost.IsFinal ? "closed" : "open";
}
