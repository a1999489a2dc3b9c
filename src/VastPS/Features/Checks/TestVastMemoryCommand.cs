using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Says how much memory the container may really use, and whether a run does with it.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Memory, HelpUri = Nouns.Help + "Test-VastMemory")]
[OutputType(typeof(VastCheckResult), typeof(bool))]
public sealed class TestVastMemoryCommand : VastCheckCmdlet
{
    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastWorkload? Workload { get; set; }

    private protected override string Activity => "Looking at the memory of the box";

    private protected override Task<IEnumerable<VastCheckResult>> ProbeAsync(
        VastInstance instance, ISshLink link, CancellationToken stop) =>
        BoxProbes.MemoryAsync(instance, link, Workload, stop);
}
