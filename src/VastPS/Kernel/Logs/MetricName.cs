namespace VastPS.Kernel.Logs;

/// <summary>What the number behind a name is.</summary>
internal enum NameRole
{
    /// <summary>Anything that a training measures, or sets.</summary>
    Value,

    /// <summary>The number of the step.</summary>
    Step,

    /// <summary>How many steps there will be.</summary>
    TotalSteps,

    /// <summary>The number of the epoch, also with a fraction.</summary>
    Epoch,

    /// <summary>A rank, a process, a device: nothing of the training.</summary>
    Place,
}

/// <summary>A name in a log, and what is known of it.</summary>
/// <param name="name">In small letters, with _ for blanks and hyphens.</param>
internal sealed class MetricName(string name)
{
    public string Name { get; } = name;

    public NameRole Role { get; init; }

    /// <summary>The one name under which all spellings of it are found; null where it has none.</summary>
    public string? Common { get; init; }

    /// <summary>Which of several losses, or rewards, is meant: the lower the better.</summary>
    public int Rank { get; init; }

    public bool IsLoss { get; init; }

    public bool IsReward { get; init; }

    public bool IsNorm { get; init; }

    public bool IsEvaluation { get; init; }

    /// <summary>True for a word of settings that nobody logs while training.</summary>
    public bool IsSetting { get; init; }

    /// <summary>True for what is counted where no step is: the episodes of a loop of one's own.</summary>
    public bool IsEpisode { get; init; }

    /// <summary>True for a counter over all epochs.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>True for "steps", which says how many, not which.</summary>
    public bool IsCount { get; init; }

    /// <summary>True where the name itself says that it was measured in the training.</summary>
    public bool IsTraining { get; init; }

    /// <summary>True for a name of the tables: a longer phrase that ends with it is that.</summary>
    public bool IsKnown { get; init; }

    /// <summary>What a phrase that is spelt like this names before : or =, once that was found out.</summary>
    public MetricName? AsStated { get; set; }

    /// <summary>The same where only blanks stand between it and the number.</summary>
    public MetricName? AsSpaced { get; set; }

    /// <summary>The record that had it last: a name comes once in each.</summary>
    public long LastRecord { get; set; }

    /// <summary>True for what must be a finite number.</summary>
    public bool IsVital => IsLoss || IsReward || IsNorm;
}
