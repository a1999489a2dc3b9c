using VastPS.Basics;

namespace VastPS;

/// <summary>The account that a key belongs to, and how long its money lasts.</summary>
public sealed class VastAccount
{
    internal VastAccount()
    {
    }

    /// <summary>The account.</summary>
    public long? AccountId { get; internal init; }

    /// <summary>Name of the user.</summary>
    public string? UserName { get; internal init; }

    /// <summary>Mail address of the user.</summary>
    public string? Email { get; internal init; }

    /// <summary>Money left in USD.</summary>
    public decimal? Credit { get; internal init => field = Usd.Round(value); }

    /// <summary>Balance in USD: 0, or negative where there is debt.</summary>
    public decimal? Balance { get; internal init => field = Usd.Round(value); }

    /// <summary>
    /// What all instances cost now in USD per hour, by the meters that run, without traffic. GPUs that are held and may be charged count.
    /// </summary>
    public decimal BurnPerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Time until the credit is used up at BurnPerHour; null where nothing is charged.</summary>
    public TimeSpan? TimeLeft { get; internal init; }

    /// <summary>Instances whose GPUs are charged, or may be.</summary>
    public int RunningCount { get; internal init; }

    /// <summary>All other instances; most of them still cost their disk.</summary>
    public int StoppedCount { get; internal init; }

    /// <summary>Where the key came from.</summary>
    public VastKeySource KeySource { get; internal init; }

    /// <summary>The variable or file that held the key, in words.</summary>
    public string KeyOrigin { get; internal init; } = "";

    /// <summary>The key with all but its end masked.</summary>
    public string MaskedKey { get; internal init; } = "";

    /// <summary>The server.</summary>
    public Uri? Address { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"account {AccountId}: {Credit:0.00} USD credit, burning {BurnPerHour:0.000} USD/h");
}
