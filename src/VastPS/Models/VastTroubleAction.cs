namespace VastPS;

/// <summary>What becomes of a run in trouble and of its instance.</summary>
public enum VastTroubleAction
{
    /// <summary>Both stay as they are, and the instance goes on costing money.</summary>
    Keep,

    /// <summary>The run is ended, then the instance is stopped; it is never removed.</summary>
    Stop,
}
