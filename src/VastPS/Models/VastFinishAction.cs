namespace VastPS;

/// <summary>What becomes of the instance when its run has an outcome.</summary>
public enum VastFinishAction
{
    /// <summary>It stays as it is and goes on costing money.</summary>
    Keep,

    /// <summary>It is stopped; its disk goes on costing money.</summary>
    Stop,

    /// <summary>It is removed with its disk.</summary>
    Remove,
}
