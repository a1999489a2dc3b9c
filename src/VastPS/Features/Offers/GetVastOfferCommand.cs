using System.Collections;
using System.Management.Automation;
using VastPS.Features.Offers;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Searches the offers that can be rented, or reads some again by id.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Offer, DefaultParameterSetName = BySearch)]
[OutputType(typeof(VastOffer))]
[OutputType(typeof(VastOfferExplanation))]
public sealed class GetVastOfferCommand : VastCmdlet
{
    private const string BySearch = "BySearch";
    private const string ByOffer = "ByOffer";

    private readonly List<OfferWanted> _wanted = [];

    [Parameter(Mandatory = true, ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    public long[] OfferId { get; set; } = [];

    [Parameter(Position = 0, ParameterSetName = BySearch)]
    [ArgumentCompleter(typeof(GpuNameCompleter))]
    [SupportsWildcards]
    public string[] GpuName { get; set; } = [];

    [Parameter(ParameterSetName = BySearch)] public int? GpuCount { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinVramGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinTotalVramGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinRamGiB { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinCpuCore { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinDiskGB { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinDownMbps { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinUpMbps { get; set; }
    [Parameter(ParameterSetName = BySearch)] public double? MinReliability { get; set; }
    [Parameter(ParameterSetName = BySearch)] public decimal? MinCuda { get; set; }
    [Parameter(ParameterSetName = BySearch)] public decimal? MinComputeCapability { get; set; }
    [Parameter(ParameterSetName = BySearch)] public int? MinDirectPort { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [DurationTransform]
    public TimeSpan? MinRemaining { get; set; }

    [Parameter(ParameterSetName = BySearch)] public decimal? MaxPricePerHour { get; set; }
    [Parameter(ParameterSetName = BySearch)] public string[] Country { get; set; } = [];
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter Datacenter { get; set; }
    [Parameter(ParameterSetName = BySearch)] public SwitchParameter StaticIp { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [ValidateSet("verified", "unverified", "deverified", "any")]
    public string? Verification { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [Parameter(ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    public VastOfferType Type { get; set; }

    [Parameter(ParameterSetName = BySearch)]
    [Parameter(ParameterSetName = ByOffer, ValueFromPipelineByPropertyName = true)]
    public double? DiskGB { get; set; }

    [Parameter(ParameterSetName = BySearch)] public string? Query { get; set; }
    [Parameter(ParameterSetName = BySearch)] public IDictionary? Filter { get; set; }
    [Parameter(ParameterSetName = BySearch)] public string? OrderBy { get; set; }
    [Parameter(ParameterSetName = BySearch)] public int? First { get; set; }
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
                Services.Api, search, (done, all) => lane.Progress(Texts.Explaining, Texts.Of(done, all), 100 * done / all), stop)
            : await Services.Api.SearchOffersAsync(search, stop);
        if (found.Count == 0)
        {
            lane.Verbose(Texts.NoOffer);
        }
        else if (First is null && !Explain && found.Count >= search.Limit)
        {
            lane.Warn(Texts.MoreOffers(found.Count));
        }

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
