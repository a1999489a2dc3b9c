namespace VastPS;

/// <summary>Where cost figures come from.</summary>
public enum VastCostSource
{
    /// <summary>Computed from the prices stored at creation and the times seen here.</summary>
    Computed,

    /// <summary>Charged by Vast, from its charges list.</summary>
    Charged,
}
