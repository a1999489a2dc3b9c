namespace VastPS.Kernel.State;

/// <summary>Why a run is no longer watched. What may be done about its instance follows from it.</summary>
internal enum RunEnding
{
    /// <summary>It is over, and nothing of it is left: by itself, by its limit, or because it was ended.</summary>
    Over,

    /// <summary>A rule that the user typed holds.</summary>
    TypedRule,

    /// <summary>The training loss is no number any more, by the rule that nobody has to type.</summary>
    NaNRule,

    /// <summary>Another rule that nobody typed contradicts it.</summary>
    OtherRule,

    /// <summary>It is there and does nothing.</summary>
    Stalled,

    /// <summary>Its box does not answer; it may be healthy.</summary>
    LostContact,

    /// <summary>It goes on, although its limit or a command should have ended it.</summary>
    NotEnded,
}
