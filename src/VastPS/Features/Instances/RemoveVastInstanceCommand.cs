using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Removes an instance with its disk, and returns only when it is really gone.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveVastInstanceCommand : VastCmdlet
{
    private long? _underWay;
    private VastException? _ignored;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? LastWords(bool stopped) =>
        (stopped || _ignored is not null) && _underWay is { } id ? Texts.RemovalNotConfirmed(id) : null;

    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        World.ChangeEachAsync(InstanceId, found => RemoveAsync(found, lane, stop), e => Tell(e, lane), stop);

    // A script must not go on as if the box were gone; but first the others of the pipeline are removed.
    private protected override Task FinishAsync(ILane lane, CancellationToken stop)
    {
        VastException? ignored = _ignored;
        _ignored = null;
        return ignored is null ? Task.CompletedTask : Task.FromException(ignored);
    }

    private void Tell(VastException error, ILane lane)
    {
        if (_ignored is null && error.Reason is VastReason.DestroyNotConfirmed or VastReason.ChangeUnconfirmed)
        {
            _ignored = error;
            _underWay = error.Target as long?;
        }
        else
        {
            lane.Error(error);
        }
    }

    private async Task RemoveAsync(VastInstance found, ILane lane, CancellationToken stop)
    {
        if (!found.IsMine && !Force)
        {
            throw new VastException(VastReason.InstanceForeign, found.InstanceId, found.Label);
        }

        if (await lane.ConfirmAsync(found.ToString(), Texts.RemoveAction))
        {
            _underWay = found.InstanceId;
            await World.Destroying.DestroyAsync(found, stop);
            _underWay = _ignored?.Target as long?;
        }
    }
}
