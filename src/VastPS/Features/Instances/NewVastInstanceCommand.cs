using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography;
using VastPS.Basics;
using VastPS.Features.Estimation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Rents an instance from an offer, exactly once.</summary>
[Cmdlet(VerbsCommon.New, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "New-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class NewVastInstanceCommand : VastCmdlet
{
    private readonly List<long> _rented = [];
    private volatile string? _underWay;

    [Parameter(HelpMessage = Texts.AskOfferId, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Needed("Get-VastOffer   then New-VastInstance -OfferId <id>")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(OfferIdCompleter))]
    public long[] OfferId { get; set; } = [];

    [Parameter(HelpMessage = Texts.AskImage)]
    [Needed("-Image pytorch/pytorch")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Image { get; set; } = "";

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
            catch (VastException e) when (RentInput.IsAboutOneOffer(e.Reason) && !(StopsAtErrors && _rented.Count > 0))
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
        RentOptions options = RentInput.Options(this, offerId);
        RentPlan plan = await Services.Renting.PlanAsync(options, stop);
        DateTimeOffset deadline = Services.Clock.GetUtcNow() + MaxRuntime;
        if (!await lane.ConfirmAsync(Texts.RentTarget(plan), Texts.RentAction(plan, deadline)))
        {
            return;
        }

        string label = InstanceLabel.Make(Label, Nonce(), deadline);
        _underWay = label;
        VastInstance instance = await Services.Renting.RentAsync(plan, label, stop);
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
    }

    private static string Nonce() => RandomNumberGenerator.GetHexString(8, lowercase: true);
}
