namespace VastPS;

/// <summary>How the state of one model is spread over the GPUs of a run. On one GPU nothing is spread.</summary>
public enum VastSharding
{
    /// <summary>Every GPU holds everything (DDP).</summary>
    None,

    /// <summary>Optimizer states are spread.</summary>
    Zero1,

    /// <summary>Optimizer states and gradients are spread (FSDP SHARD_GRAD_OP).</summary>
    Zero2,

    /// <summary>Weights too (FSDP FULL_SHARD); for Inference the weights and the cache are split over the GPUs.</summary>
    Zero3,
}
