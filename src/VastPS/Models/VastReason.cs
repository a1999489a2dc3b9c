namespace VastPS;

/// <summary>
/// What went wrong, one value per meaning. The error id a user sees is "Vast" followed by the name here;
/// the catalogue on the top floor holds category, sentence and next step for each.
/// </summary>
public enum VastReason
{
    /// <summary>A value typed or piped in cannot be used.</summary>
    InvalidValue,

    /// <summary>The command prompts, and the host has nobody to ask.</summary>
    NeedsConfirmation,

    /// <summary>The built-in catalogue has no model of that name.</summary>
    ModelUnknown,

    /// <summary>A config.json does not describe a model that can be estimated.</summary>
    ModelConfigInvalid,

    /// <summary>Two settings of a workload exclude each other.</summary>
    WorkloadContradicts,

    /// <summary>A file does not hold a workload.</summary>
    WorkloadUnreadable,
}
