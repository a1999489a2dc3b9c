namespace VastPS;

/// <summary>What kind of training a run is: it decides which rules judge its metrics.</summary>
public enum VastTrainingKind
{
    /// <summary>Unknown: only what holds for every training is judged.</summary>
    Any,

    /// <summary>Learning from examples: the loss must fall.</summary>
    Supervised,

    /// <summary>Learning from rewards: there must be a reward; the loss says nothing.</summary>
    Reinforcement,
}
