namespace VastPS;

/// <summary>Verdict of one check.</summary>
public enum VastCheckStatus
{
    /// <summary>Could not be measured; never taken for a pass.</summary>
    Unknown,

    /// <summary>As expected.</summary>
    Pass,

    /// <summary>Usable, but not as promised.</summary>
    Warn,

    /// <summary>Not usable for what was asked.</summary>
    Fail,
}
