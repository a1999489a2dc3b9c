namespace VastPS;

/// <summary>What the measured pace of a training, or another term of its estimate, says about that estimate.</summary>
public enum VastPaceVerdict
{
    /// <summary>Nothing could be compared.</summary>
    Unknown,

    /// <summary>As estimated.</summary>
    Ok,

    /// <summary>More or less than expected, but within what the estimate allows: plan with what was measured.</summary>
    Replan,

    /// <summary>The estimate is wrong about this run: what it says about time and cost does not hold.</summary>
    Contradicted,
}
