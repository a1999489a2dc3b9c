namespace VastPS;

/// <summary>What generates text.</summary>
public enum VastEngine
{
    /// <summary>Nothing is generated.</summary>
    None,

    /// <summary>The training framework itself: the cache holds every sequence at its full length.</summary>
    Generate,

    /// <summary>vLLM or SGLang on the same GPUs: a second copy of the weights, a cache and CUDA graphs, all the time.</summary>
    VLLM,

    /// <summary>The same, but asleep while the model is trained.</summary>
    VLLMSleep,
}
