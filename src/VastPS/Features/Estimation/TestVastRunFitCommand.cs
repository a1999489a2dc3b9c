using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>
/// Says whether a run fits in VRAM, system RAM and disk of offers, instances or bare numbers, and what would make it fit.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.RunFit, DefaultParameterSetName = ByOffer, HelpUri = Nouns.Help + "Test-VastRunFit")]
[OutputType(typeof(VastRunFit))]
[OutputType(typeof(bool))]
public sealed class TestVastRunFitCommand : VastComputeCmdlet
{
    private const string ByOffer = "ByOffer";
    private const string ByInstance = "ByInstance";
    private const string ByNumber = "ByNumber";

    private RunFitter? _fitter;
    private VastRunFit? _first;
    private int _judged;
    private bool _anyFits;

    [Parameter(HelpMessage = Texts.AskWorkload, Position = 0)]
    [Needed("$work = New-VastWorkload Qwen/Qwen2.5-7B QLoRA   then -Workload $work")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastWorkload Workload { get; set; } = null!;

    [Parameter(Mandatory = true, HelpMessage = Texts.AskOffer, ValueFromPipeline = true, ParameterSetName = ByOffer)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastOffer[] Offer { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInstance, ValueFromPipeline = true, ParameterSetName = ByInstance)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastInstance[] Instance { get; set; } = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskVramGiB, ParameterSetName = ByNumber)]
    [SizeTransform("GiB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double VramGiB { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    [SizeTransform("GiB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? RamGiB { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? DiskGB { get; set; }

    [Parameter(ParameterSetName = ByNumber)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int GpuCount { get; set; } = 1;

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void Compute()
    {
        _fitter ??= new RunFitter(Workload);
        foreach (Machine machine in Machines())
        {
            VastRunFit fit = _fitter.Judge(machine);
            _first ??= fit;
            _judged++;
            _anyFits |= fit.Fits;
            if (Quiet)
            {
                WriteObject(fit.Fits);
            }
            else
            {
                WriteObject(fit);
            }
        }
    }

    // Of many machines only those that fit are usually kept; where none does, nothing would be said at all.
    private protected override void Finish()
    {
        if (_judged > 1 && !_anyFits && !Quiet)
        {
            WriteWarning(Texts.NothingFits(_judged, _first!));
        }
    }

    private IEnumerable<Machine> Machines() => ParameterSetName switch
    {
        ByOffer => Offer.Select(Machine.Of),
        ByInstance => Instance.Select(Machine.Of),
        _ => [BareMachine()],
    };

    private Machine BareMachine()
    {
        MachineInput.AtLeast(0, VramGiB, nameof(VramGiB));
        MachineInput.AtLeast(0, RamGiB, nameof(RamGiB));
        MachineInput.AtLeast(0, DiskGB, nameof(DiskGB));
        MachineInput.AtLeast(1, GpuCount, nameof(GpuCount));
        MachineInput.DemandRam(Workload, RamGiB, nameof(RamGiB));
        return new Machine
        {
            GpuCount = GpuCount,
            VramGiB = VramGiB,
            RamGiB = RamGiB,
            DiskGB = DiskGB,
            OnlyWhatIsGiven = true,
        };
    }
}
