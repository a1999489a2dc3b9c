namespace VastPS;

/// <summary>What to do with an instance that does not come up.</summary>
public enum VastFailureAction
{
    /// <summary>Leave it as it is, and say what it costs.</summary>
    Keep,

    /// <summary>Stop it; the disk is kept and charged.</summary>
    Stop,

    /// <summary>Remove it; nothing is charged any more.</summary>
    Remove,
}
