namespace VastPS;

/// <summary>What the container of an instance does.</summary>
public enum VastInstanceState
{
    /// <summary>A word this version does not know; the text is in StateText.</summary>
    Unknown,

    /// <summary>Being provisioned: the server has no container yet.</summary>
    Provisioning,

    /// <summary>The container exists and does not run yet.</summary>
    Created,

    /// <summary>The image is being pulled or the container starts.</summary>
    Loading,

    /// <summary>The container runs.</summary>
    Running,

    /// <summary>Stopped; the disk is kept and charged.</summary>
    Stopped,

    /// <summary>The container's main process ended.</summary>
    Exited,

    /// <summary>Paused in memory; the GPU is charged.</summary>
    Frozen,

    /// <summary>Being restarted, keeping the GPU.</summary>
    Rebooting,

    /// <summary>Being made anew from its image.</summary>
    Recycling,

    /// <summary>The host sends no sign of life.</summary>
    NoHeartbeat,

    /// <summary>The host is lost.</summary>
    Offline,
}
