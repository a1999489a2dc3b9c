namespace VastPS;

/// <summary>What a run does with a model.</summary>
public enum VastRunMethod
{
    /// <summary>All parameters are trained on plain text or instructions.</summary>
    Full,

    /// <summary>Adapters are trained on frozen weights.</summary>
    LoRA,

    /// <summary>Adapters are trained on frozen weights of 4 bits.</summary>
    QLoRA,

    /// <summary>Preference pairs: two sequences per sample and, without adapters, a frozen reference.</summary>
    DPO,

    /// <summary>Reinforcement learning with a reward, a reference and a value model.</summary>
    PPO,

    /// <summary>Reinforcement learning from groups of completions, without a value model.</summary>
    GRPO,

    /// <summary>Text is generated; nothing is trained.</summary>
    Inference,
}
