using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Rents an instance from an offer, exactly once.</summary>
[Cmdlet(
    VerbsCommon.New,
    Nouns.Instance,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByImage,
    HelpUri = Nouns.Help + "New-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class NewVastInstanceCommand : VastCmdlet
{
    private const string ByImage = "ByImage";
    private const string ByTemplate = "ByTemplate";

    private readonly List<long> _rented = [];
    private volatile string? _underWay;

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

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public decimal? GpuPricePerHour { get; set; }

    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastRunEstimate? Estimate { get; set; }

    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public VastRunFit? Fit { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double PriceTolerance { get; set; } = 0.02;

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public decimal? BidPerHour { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Label { get; set; } = "run";

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public IDictionary Environment { get; set; } = new Hashtable();

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? OnStart { get; set; }

    [Parameter]
    [Credential]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public PSCredential? ImageCredential { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] Port { get; set; } = [];

    [Parameter]
    [IdTransform(nameof(VastVolume.VolumeId))]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public long? Volume { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string VolumePath { get; set; } = "/data";

    [Parameter]
    [IdTransform(nameof(VastOffer.OfferId))]
    [ArgumentCompleter(typeof(OfferIdCompleter))]
    public long[] Fallback { get; set; } = [];

    [Parameter]
    [IdTransform(nameof(VastOffer.MachineId))]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public long[] ExcludeMachine { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        RentInput.Check(this);
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (long offerId in OfferId)
        {
            _underWay = null;
            try
            {
                await RentAsync(offerId, lane, stop);
            }
            catch (VastException e) when (RentChecks.IsAboutOneOffer(e.Reason) && !(StopsAtErrors && _rented.Count > 0))
            {
                lane.Error(e);
            }
            catch (VastException e) when (_rented.Count > 0)
            {
                throw VastException.Because(e, VastReason.RentingBroken, offerId, string.Join(", ", _rented), e);
            }
        }
    }

    private protected override string? LastWords(bool stopped) =>
        !stopped ? null
        : _underWay is { } label ? Texts.RentInterrupted(label)
        : _rented.Count > 0 ? Texts.StillCosts(_rented)
        : null;

    private async Task RentAsync(long offerId, ILane lane, CancellationToken stop)
    {
        IReadOnlyList<RentPlan> plans = await PlansAsync(offerId, lane, stop);
        DateTimeOffset deadline = Services.Clock.GetUtcNow() + MaxRuntime;
        if (!await lane.ConfirmAsync(Texts.RentTarget(plans[0]), Texts.RentAction(plans, deadline)))
        {
            return;
        }

        (RentPlan plan, VastInstance instance, string label) = Fallback.Length > 0
            ? await Services.Fallback.RentAsync(plans, NewLabel, e => lane.Warn(Texts.FellBack(e)), stop)
            : await OneAsync(plans[0], NewLabel(), stop);
        _underWay = null;
        _rented.Add(instance.InstanceId);
        lane.Verbose(Texts.Rented(instance));
        if (RentInput.Forecast(this, instance) is { } forecast)
        {
            await Services.Evidence.NoteAsync(instance.InstanceId, forecast, stop);
            await Services.Rentals.NotePurposeAsync(Services.Api.Server, instance, forecast.Purpose, stop);
        }

        if (RentChecks.IsDearer(plan, instance))
        {
            lane.Warn(Texts.RentedDearer(plan, instance));
        }

        lane.Write(instance);
        await Services.Renting.HandOverAsync(label, stop);

        string NewLabel() => _underWay = InstanceLabel.Make(Label, Nonce(), deadline);
    }

    private async Task<RentResult> OneAsync(RentPlan plan, string label, CancellationToken stop) =>
        new(plan, await Services.Renting.RentAsync(plan, label, stop), label);

    private Task<IReadOnlyList<RentPlan>> PlansAsync(long offerId, ILane lane, CancellationToken stop) => Services.Fallback.PlanAsync(
        [offerId, .. Fallback.Where(id => id != offerId && !OfferId.Contains(id)).Distinct()],
        id => RentInput.Options(this, id) with { SeenGpuPricePerHour = id == offerId ? GpuPricePerHour : null },
        e => lane.Verbose(Texts.FellBack(e)),
        stop);

    private static string Nonce() => RandomNumberGenerator.GetHexString(8, lowercase: true);
}
