namespace VastPS.Features.Instances;

/// <summary>Who stopped an instance that nobody stopped from here.</summary>
internal enum HaltCause
{
    /// <summary>Nobody started it, or somebody stopped it elsewhere.</summary>
    Unknown,

    /// <summary>A higher bid, or somebody on demand, took its GPUs.</summary>
    Outbid,

    /// <summary>The account has no credit left.</summary>
    CreditOut,

    /// <summary>Its contract ended: it cannot start again.</summary>
    ContractEnded,
}

/// <summary>A cause in words.</summary>
/// <param name="Cause">Its name.</param>
/// <param name="Why">What is said of it.</param>
/// <param name="Next">What to do.</param>
internal sealed record Halt(HaltCause Cause, string Why, string Next);

/// <summary>
/// Names the cause of a stop from what the server shows: contract, intended and next state are all stopped, whatever stopped it.
/// What outlasts the others comes first: an ended contract starts for no bid and no money.
/// </summary>
internal static class HaltRule
{
    /// <summary>The cause.</summary>
    /// <param name="seen">A halted instance, as just read.</param>
    /// <param name="credit">USD left on the account; null where nobody knows.</param>
    /// <param name="now">By this computer's clock.</param>
    public static Halt Judge(VastInstance seen, decimal? credit, DateTimeOffset now)
    {
        string id = FormattableString.Invariant($"-InstanceId {seen.InstanceId}");
        if (seen.ContractEnd <= now)
        {
            return new Halt(
                HaltCause.ContractEnded,
                FormattableString.Invariant($"its contract ended at {seen.ContractEnd:yyyy-MM-dd HH:mm} UTC, so it cannot start again; its ")
                + "data may be deleted 48 h after that",
                $"Get-VastOffer, and rent another; then Remove-VastInstance {id}");
        }

        if (credit <= 0)
        {
            return new Halt(
                HaltCause.CreditOut,
                FormattableString.Invariant($"the account is out of credit ({credit:0.00} USD), so the server stopped it; its disk goes on costing"),
                $"add credit at https://cloud.vast.ai/billing/, then Start-VastInstance {id}");
        }

        return seen.IsInterruptible
            ? new Halt(
                HaltCause.Outbid,
                "it was outbid: " + Bids(seen) + "; its disk is kept",
                $"Wait-VastInstance {id} -Timeout 6h, because it starts again by itself once its bid wins; or Remove-VastInstance {id}, and rent "
                + "another")
            : new Halt(
                HaltCause.Unknown,
                "it is stopped: nobody started it, or it was stopped elsewhere",
                $"Start-VastInstance {id} | Wait-VastInstance");
    }

    private static string Bids(VastInstance seen) => seen.WinningBidPerHour > seen.GpuPricePerHour
        ? FormattableString.Invariant($"its bid is {seen.GpuPricePerHour:0.0000} USD/h, and {seen.WinningBidPerHour:0.0000} USD/h wins now")
        : FormattableString.Invariant($"its bid of {seen.GpuPricePerHour:0.0000} USD/h lost its GPUs to a higher one, or to somebody on demand");
}
