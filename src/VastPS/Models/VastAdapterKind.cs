namespace VastPS;

/// <summary>What an adapter is made of.</summary>
public enum VastAdapterKind
{
    /// <summary>Two narrow matrices beside each adapted one.</summary>
    LoRA,

    /// <summary>LoRA with a trained magnitude for every output; it keeps more activations.</summary>
    DoRA,
}
