namespace VastPS;

/// <summary>One filter of an offer search, and how many more offers there would be without it.</summary>
public sealed class VastOfferExplanation
{
    internal VastOfferExplanation()
    {
    }

    /// <summary>The server's field.</summary>
    public string Field { get; internal init; } = "";

    /// <summary>The parameter as it was typed; "default" for a filter that nobody typed.</summary>
    public string Typed { get; internal init; } = "";

    /// <summary>The filter as it was sent, in the units of the server.</summary>
    public string Filter { get; internal init; } = "";

    /// <summary>Offers that match all filters, as far as they are counted.</summary>
    public int OfferCount { get; internal init; }

    /// <summary>Further offers that would match without this filter.</summary>
    public int FreedOfferCount { get; internal init; }

    /// <summary>True where the search without this filter came to the number that is counted to: there may be more.</summary>
    public bool IsAtLeast { get; internal init; }

    /// <inheritdoc />
    public override string ToString() =>
        FormattableString.Invariant($"{Filter}: {FreedOfferCount}{(IsAtLeast ? " or more" : " more")} without it");
}
