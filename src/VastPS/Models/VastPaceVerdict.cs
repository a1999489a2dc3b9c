namespace VastPS;

/// <summary>What the measured pace of a training says about its estimate.</summary>
public enum VastPaceVerdict
{
    /// <summary>Nothing could be compared.</summary>
    Unknown,

    /// <summary>As estimated.</summary>
    Ok,

    /// <summary>Slower or faster than expected, but within what the estimate allows: plan with the measured pace.</summary>
    Replan,

    /// <summary>The estimate is wrong about this run: what it says about time and cost does not hold.</summary>
    Contradicted,
}
