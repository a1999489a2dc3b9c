using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Gives instances another name, or another bid: one that was outbid goes on by it.</summary>
[Cmdlet(VerbsCommon.Set, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Set-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class SetVastInstanceCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Label { get; set; }

    [Parameter]
    [Alias("BidPrice")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public decimal? BidPerHour { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    // A name costs nothing; a bid may.
    private protected override ConfirmImpact? Impact => BidPerHour is null ? ConfirmImpact.Low : null;

    private protected override void Begin()
    {
        Check.That(Label is not null || BidPerHour is not null, "nothing", nameof(Label), "there is nothing to change", "-Label my-run");
        RentInput.CheckLabel(Label ?? "run", nameof(Label));
        Check.Positive(BidPerHour, nameof(BidPerHour));
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        Services.ChangeEachAsync(InstanceId, found => SetAsync(found, lane, stop), Kept.Add, stop);

    private async Task SetAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        ForeignRule.Demand(found, Force, "Set-VastInstance");
        VastInstance now = found;
        if (BidPerHour is { } bid)
        {
            BidRule.Demand(found);
            if (BidRule.Loses(found, bid))
            {
                lane.Warn(Texts.BidLoses(found, bid));
            }

            bool isAgreed = await lane.ConfirmAsync(found.ToString(), Texts.BidAction(found, bid));
            now = isAgreed ? await Services.Power.BidAsync(found, bid, stop) : now;
        }

        if (Label is { } name && await lane.ConfirmAsync(found.ToString(), Texts.LabelAction(name)))
        {
            now = await Services.Power.NameAsync(found, name, stop);
        }

        if (PassThru)
        {
            lane.Write(now);
        }
    }
}
