namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>Whether a cost goes on: running; open where the server may still book something; closed.</summary>
    public static string Closed(VastCost cost) => !cost.IsClosed ? "running" : cost.IsFinal ? "closed" : "open";
}
