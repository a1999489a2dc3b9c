namespace VastPS.Kernel.Api;

/// <summary>
/// What is charged for an instance as it is. It follows the contract's hold on the hardware (cur_state) more than what the container does:
/// clients in production saw it so. Whether the GPU is charged before the container first runs is told differently by the vendor's pages
/// and by what one tool measured, so there it is shown as what may be.
/// </summary>
internal static class MeterRule
{
    /// <summary>The meters.</summary>
    /// <param name="state">What the container does.</param>
    /// <param name="contract">running, stopped or unloaded; empty where the server does not say.</param>
    public static VastMeters Of(VastInstanceState state, string contract) => (state, contract) switch
    {
        (VastInstanceState.Offline, _) or (_, "unloaded") => VastMeters.None,
        (_, "stopped") => VastMeters.Disk,
        (VastInstanceState.Provisioning or VastInstanceState.Created or VastInstanceState.Loading, _) =>
            VastMeters.MaybeGpu | VastMeters.Disk,
        (VastInstanceState.Running or VastInstanceState.Frozen or VastInstanceState.Rebooting or VastInstanceState.Recycling, _) =>
            VastMeters.Gpu | VastMeters.Disk,
        (_, "running") => VastMeters.Gpu | VastMeters.Disk,
        (VastInstanceState.Stopped or VastInstanceState.Exited, _) => VastMeters.Disk,
        _ => VastMeters.MaybeGpu | VastMeters.Disk,
    };
}
