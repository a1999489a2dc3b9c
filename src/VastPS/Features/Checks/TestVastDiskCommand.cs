using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Says how much disk is free on the box, and measures how fast it writes.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Disk, HelpUri = Nouns.Help + "Test-VastDisk")]
[OutputType(typeof(VastCheckResult), typeof(bool))]
public sealed class TestVastDiskCommand : VastCheckCmdlet
{
    [Parameter]
    [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinFreeGB { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastWorkload? Workload { get; set; }

    private protected override string Activity => "Looking at the disk of the box";

    private protected override void Begin()
    {
        base.Begin();
        Check.Positive(MinFreeGB, nameof(MinFreeGB));
    }

    private protected override Task<IEnumerable<VastCheckResult>> ProbeAsync(
        VastInstance instance, ISshLink link, CancellationToken stop) =>
        BoxProbes.DiskAsync(instance, link, new CheckOptions(MinFreeGB, Workload), stop);
}
