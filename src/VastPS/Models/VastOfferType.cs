namespace VastPS;

/// <summary>How a slice is rented.</summary>
public enum VastOfferType
{
    /// <summary>Fixed price, not taken away until the contract ends.</summary>
    OnDemand,

    /// <summary>By bid: stopped without notice when somebody bids more or rents on demand.</summary>
    Interruptible,

    /// <summary>Prepaid for a time at a discount.</summary>
    Reserved,
}
