using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Holds the GPUs of a box against what was rented, and says whether somebody else uses them.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Gpu, HelpUri = Nouns.Help + "Test-VastGpu")]
[OutputType(typeof(VastCheckResult), typeof(bool))]
public sealed class TestVastGpuCommand : VastCheckCmdlet
{
    private protected override string Activity => "Looking at the GPUs of the box";

    private protected override Task<IEnumerable<VastCheckResult>> ProbeAsync(
        VastInstance instance, ISshLink link, CancellationToken stop) =>
        BoxProbes.GpuAsync(instance, link, stop);
}
