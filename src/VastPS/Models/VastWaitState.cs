namespace VastPS;

/// <summary>The state a wait ends with.</summary>
public enum VastWaitState
{
    /// <summary>Running, and an authenticated command over ssh answers.</summary>
    Running,

    /// <summary>Stopped; the disk is kept.</summary>
    Stopped,

    /// <summary>Not listed any more.</summary>
    Gone,
}
