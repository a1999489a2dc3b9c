namespace VastPS;

/// <summary>How a run ended, or why it is no longer watched.</summary>
public enum VastRunOutcome
{
    /// <summary>The command ended by itself with code 0.</summary>
    Completed,

    /// <summary>The command ended by itself with another code.</summary>
    Failed,

    /// <summary>It failed, and its log says that the memory of a GPU was not enough.</summary>
    OutOfMemory,

    /// <summary>The system memory of the box was not enough: the kernel killed it, or it was given no more and failed.</summary>
    OutOfHostMemory,

    /// <summary>A signal ended it, or its processes are gone and nobody wrote down how they ended.</summary>
    Killed,

    /// <summary>Its time limit ended it.</summary>
    TimedOut,

    /// <summary>It is there and does nothing: no log, no checkpoint, no work on the GPU.</summary>
    Stalled,

    /// <summary>What was measured contradicts what was expected of it.</summary>
    Contradicted,

    /// <summary>Its instance is gone.</summary>
    Removed,

    /// <summary>Its box no longer answers, although Vast says that it runs.</summary>
    LostContact,

    /// <summary>The command ended with code 0, but what was expected of it is missing: planned steps, a promised checkpoint.</summary>
    Incomplete,

    /// <summary>It failed because a disk of the box was full.</summary>
    DiskFull,

    /// <summary>Its box was stopped, because a higher bid took its GPUs. The disk is kept.</summary>
    Outbid,

    /// <summary>Its box was stopped, because the account has no credit left. The disk is kept, and costs.</summary>
    CreditOut,

    /// <summary>Its box was stopped, because its contract ended. It cannot start again.</summary>
    ContractEnded,

    /// <summary>The host of its box has been offline for so long that nobody can say what became of it.</summary>
    HostOffline,
}
