using VastPS.Kernel.Shell;

namespace VastPS.Features.Estimation;

/// <summary>Checks what was typed about a machine.</summary>
internal static class MachineInput
{
    private const string Next = "Test-VastRunFit -Workload $work -VramGiB 24 -RamGiB 64 -DiskGB 100 -GpuCount 1";

    /// <summary>InvalidValue where a number is below the least or is none; null is not judged.</summary>
    public static void AtLeast(double least, double? value, string parameter)
    {
        if (value is { } given && !(given >= least && double.IsFinite(given)))
        {
            throw new VastException(VastReason.InvalidValue, given, parameter, Texts.MustBeAtLeast(least), Next);
        }
    }

    /// <summary>InvalidValue where a workload lives partly in system RAM, and nothing is said about that.</summary>
    public static void DemandRam(VastWorkload work, double? ramGiB, string parameter)
    {
        if (ramGiB is null && work.Offload != VastOffload.None)
        {
            throw new VastException(VastReason.InvalidValue, "Nothing", parameter, Texts.OffloadNeedsRam(work.Offload), Next);
        }
    }
}
