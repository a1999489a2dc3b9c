namespace VastPS;

/// <summary>Whether a run fits.</summary>
public enum VastFitVerdict
{
    /// <summary>The machine does not say what it has.</summary>
    Unknown,

    /// <summary>The pessimistic requirement fits.</summary>
    Fits,

    /// <summary>The base requirement fits, the pessimistic does not.</summary>
    Tight,

    /// <summary>The base requirement does not fit.</summary>
    TooSmall,
}
