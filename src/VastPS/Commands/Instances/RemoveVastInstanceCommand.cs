using System.Management.Automation;
using VastPS.Commands.Binding;

namespace VastPS.Commands.Instances;

/// <summary>Removes an instance with its disk, and returns only when it is really gone.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveVastInstanceCommand : VastCmdlet
{
    private long? _underWay;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? LastWords(bool stopped) =>
        stopped && _underWay is { } id ? Texts.RemovalNotConfirmed(id) : null;

    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        World.ChangeEachAsync(InstanceId, found => RemoveAsync(found, lane, stop), lane.Error, stop);

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
            _underWay = null;
        }
    }
}
