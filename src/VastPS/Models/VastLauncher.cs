namespace VastPS;

/// <summary>What starts the processes of a training on the GPUs of a box.</summary>
public enum VastLauncher
{
    /// <summary>The command starts them itself, or is the only one.</summary>
    None,

    /// <summary>torchrun, or torch.distributed.run where that is not there.</summary>
    Torchrun,

    /// <summary>accelerate launch.</summary>
    Accelerate,

    /// <summary>A Ray of its own for the time of the run.</summary>
    Ray,
}
