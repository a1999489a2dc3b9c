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

    /// <summary>Stopped; the disk is kept and charged. The server calls such a container exited.</summary>
    Stopped,

    /// <summary>The container has exited, and the server does not say whether it is meant to run.</summary>
    Exited,

    /// <summary>
    /// It is meant to run, and its container does not run yet. An instance whose main process ended by itself looks the same for a while;
    /// Wait-VastInstance tells the two apart.
    /// </summary>
    Starting,

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
