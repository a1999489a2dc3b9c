namespace VastPS;

/// <summary>What a run is proven by before it starts.</summary>
public enum VastProofKind
{
    /// <summary>The estimate: it fits, and what it will take.</summary>
    Estimate,

    /// <summary>The checks on the box.</summary>
    Checks,

    /// <summary>The smoke test.</summary>
    SmokeTest,
}
