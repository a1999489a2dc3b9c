namespace VastPS;

/// <summary>Where a metric goes.</summary>
public enum VastTrend
{
    /// <summary>Too few values to say.</summary>
    Unknown,

    /// <summary>It falls by more than its noise.</summary>
    Falls,

    /// <summary>It stays within its noise.</summary>
    Flat,

    /// <summary>It rises by more than its noise.</summary>
    Rises,
}
