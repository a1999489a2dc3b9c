namespace VastPS;

/// <summary>Where the API key in use came from.</summary>
public enum VastKeySource
{
    /// <summary>Given to the command.</summary>
    Parameter,

    /// <summary>The account connected in this runspace.</summary>
    Session,

    /// <summary>The variable VAST_API_KEY.</summary>
    Environment,

    /// <summary>A key file of the official client.</summary>
    File,

    /// <summary>The simulator that runs in this process.</summary>
    Simulator,
}
