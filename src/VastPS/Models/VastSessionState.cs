namespace VastPS;

/// <summary>What the connection of a session does.</summary>
public enum VastSessionState
{
    /// <summary>Open and waiting for a command.</summary>
    Open,

    /// <summary>A command runs over it.</summary>
    Busy,

    /// <summary>Broken or closed after a stop; the next command opens it again.</summary>
    Lost,
}
