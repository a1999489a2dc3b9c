namespace VastPS;

/// <summary>Whether a checkpoint can be trusted.</summary>
public enum VastCheckpointState
{
    /// <summary>Its files did not change between two looks, and none of them is cut or missing.</summary>
    Complete,

    /// <summary>It changed between two looks.</summary>
    BeingWritten,

    /// <summary>Nobody writes it, and a part of it is missing: the writer was ended, or the disk is full.</summary>
    Incomplete,
}
