namespace VastPS;

/// <summary>Whether a run still goes on.</summary>
public enum VastRunState
{
    /// <summary>The box could not be asked; what is shown is what was known before.</summary>
    Unknown,

    /// <summary>Its processes are there.</summary>
    Running,

    /// <summary>It is over; Outcome says how it ended.</summary>
    Ended,
}
