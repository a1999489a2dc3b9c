using System.Collections;
using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Rents an instance from an offer, exactly once.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByImage, HelpUri = Nouns.Help + "New-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class NewVastInstanceCommand : VastCmdlet
{
    private const string ByImage = "ByImage";
    private const string ByTemplate = "ByTemplate";

    private NewInstanceFlow? _renting;

    [Parameter(HelpMessage = Texts.AskOfferId, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Needed("Get-VastOffer   then New-VastInstance -OfferId <id>")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OfferIdCompleter))]
    public long[] OfferId { get; set; } = [];

    [Parameter(HelpMessage = Texts.AskImage, ParameterSetName = ByImage)]
    [Parameter(ParameterSetName = ByTemplate)]
    [Needed("-Image pytorch/pytorch", Except = ByTemplate)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Image { get; set; } = "";

    [Parameter(Mandatory = true, HelpMessage = Texts.AskTemplate, ParameterSetName = ByTemplate)]
    [IdTransform(nameof(VastTemplate.TemplateHash))]
    [ArgumentCompleter(typeof(TemplateCompleter))]
    public string? Template { get; set; }

    [Parameter(HelpMessage = Texts.AskMaxRuntime)]
    [DurationTransform]
    [Needed("-MaxRuntime 8h")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan MaxRuntime { get; set; }

    [Parameter(HelpMessage = Texts.AskDiskGB, ValueFromPipelineByPropertyName = true)]
    [SizeTransform("GB")]
    [Needed("-DiskGB 60")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double DiskGB { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)] [ArgumentCompleter(typeof(ExampleCompleter))]
    public decimal? GpuPricePerHour { get; set; }

    [Parameter(ValueFromPipeline = true)] [ArgumentCompleter(typeof(ExampleCompleter))] public VastRunEstimate? Estimate { get; set; }
    [Parameter(ValueFromPipeline = true)] [ArgumentCompleter(typeof(ExampleCompleter))] public VastRunFit? Fit { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public double PriceTolerance { get; set; } = 0.02;
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public decimal? BidPerHour { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public string Label { get; set; } = "run";
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public IDictionary Environment { get; set; } = new Hashtable();
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public string? OnStart { get; set; }
    [Parameter] [Credential] [ArgumentCompleter(typeof(ExampleCompleter))] public PSCredential? ImageCredential { get; set; }
    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public string[] Port { get; set; } = [];

    [Parameter] [IdTransform(nameof(VastVolume.VolumeId))] [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public long? Volume { get; set; }

    [Parameter] [ArgumentCompleter(typeof(ExampleCompleter))] public string VolumePath { get; set; } = "/data";

    [Parameter] [IdTransform(nameof(VastOffer.OfferId))] [ArgumentCompleter(typeof(OfferIdCompleter))]
    public long[] Fallback { get; set; } = [];

    [Parameter] [IdTransform(nameof(VastOffer.MachineId))] [ArgumentCompleter(typeof(ExampleCompleter))]
    public long[] ExcludeMachine { get; set; } = [];

    [Parameter] [ArgumentCompleter(typeof(KeyPathCompleter))] public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        RentInput.Check(this);
        _renting = new NewInstanceFlow(Services, StopsAtErrors);
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop) => _renting!.RunAsync(RentInput.Request(this), lane, stop);

    private protected override string? LastWords(bool stopped) => stopped ? _renting?.LastWords : null;
}
