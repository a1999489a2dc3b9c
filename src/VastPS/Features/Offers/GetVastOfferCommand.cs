using System.Collections;
using System.Management.Automation;
using VastPS.Features.Offers;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Searches the offers that can be rented, or reads some again by id.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Offer, DefaultParameterSetName = BySearch, HelpUri = Nouns.Help + "Get-VastOffer")]
[OutputType(typeof(VastOffer))]
[OutputType(typeof(VastOfferExplanation))]
public sealed class GetVastOfferCommand : VastCmdlet
{
    private const string BySearch = "BySearch";
    private const string ByOffer = "ByOffer";

    internal static readonly string[] Verifications = ["verified", "unverified", "deverified", "any"];

    private readonly List<OfferWanted> _wanted = [];

    [Parameter(Mandatory = true, HelpMessage = Texts.AskOfferId, ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(OfferIdCompleter))]
    public long[] OfferId { get; set; } = [];

    [Parameter(Position = 0, ParameterSetName = BySearch)]
    [ArgumentCompleter(typeof(GpuNameCompleter))]
    [SupportsWildcards]
    public string[] GpuName { get; set; } = [];

    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? GpuCount { get; set; }
    [Parameter(ParameterSetName = BySearch)] [SizeTransform("GiB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinVramGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] [SizeTransform("GiB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinTotalVramGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] [SizeTransform("GiB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinRamGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public double? MinCpuCore { get; set; }
    [Parameter(ParameterSetName = BySearch)] [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? MinDiskGB { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public double? MinDownMbps { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public double? MinUpMbps { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public double? MinReliability { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public decimal? MinCuda { get; set; }
    [Parameter(ParameterSetName = BySearch)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public decimal? MinComputeCapability { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? MinDirectPort { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan? MinRemaining { get; set; }

    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public decimal? MaxPricePerHour { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(CountryCompleter))] public string[] Country { get; set; } = [];
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter Datacenter { get; set; }
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter StaticIp { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [ArgumentCompleter(typeof(VerificationCompleter))]
    public string? Verification { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [Parameter(ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    [ChoiceTransform(typeof(VastOfferType))]
    public VastOfferType Type { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [Parameter(ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    [SizeTransform("GB")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public double? DiskGB { get; set; }

    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(OfferQueryCompleter))] public string? Query { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public IDictionary? Filter { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(OfferFieldCompleter))] public string? OrderBy { get; set; }
    [Parameter(ParameterSetName = BySearch)] [ArgumentCompleter(typeof(ExampleCompleter))] public int? First { get; set; }
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter NoDefault { get; set; }
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter Explain { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        OfferInput.Check(this);
        if (ParameterSetName == ByOffer)
        {
            _wanted.AddRange(OfferId.Select(id => new OfferWanted(id, DiskGB ?? OfferSearch.UsualDiskGB, Type)));
            return;
        }

        OfferSearch search = (await OfferInput.OptionsAsync(this, Services.Api, stop)).ToSearch();
        search.UnknownFields.ToList().ForEach(f => lane.Warn(Texts.UnknownOfferField(f)));
        IReadOnlyList<object> found = Explain
            ? await OfferReport.ExplainAsync(
                Services.Api,
                search,
                source => OfferInput.Typed(MyInvocation, source),
                (done, all) => lane.Progress(Texts.Explaining, Texts.Of(done, all), 100 * done / all),
                stop)
            : await Services.Api.SearchOffersAsync(search, stop);
        if (found.Count == 0)
        {
            lane.Verbose(Texts.NoOffer);
        }
        else if (First is null && !Explain && found.Count >= search.Limit)
        {
            lane.Warn(Texts.MoreOffers(found.Count));
        }

        Services.Shared(_ => new RecentOffers()).Keep([.. found.OfType<VastOffer>()]);
        foreach (object one in found)
        {
            lane.Write(one);
        }
    }

    // Ids are gathered: one search finds many, and searches are few a minute.
    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyDictionary<OfferWanted, VastOffer> found = await OfferReport.FindAsync(Services.Api, _wanted, stop);
        foreach (OfferWanted wanted in _wanted)
        {
            if (found.TryGetValue(wanted, out VastOffer? offer))
            {
                lane.Write(offer);
            }
            else
            {
                lane.Error(new VastException(VastReason.OfferGone, wanted.OfferId, Texts.OfferNotListed));
            }
        }
    }
}
