using System.Collections.Concurrent;
using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Removes instances with their disks, and returns only when they are really gone.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = Nouns.Help + "Remove-VastInstance")]
[OutputType(typeof(void))]
public sealed class RemoveVastInstanceCommand : VastCmdlet
{
    private readonly ConcurrentDictionary<long, Task> _removals = new();
    private readonly ConcurrentDictionary<long, bool> _unsure = new();
    private readonly ConcurrentQueue<VastException> _failures = new();

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? LastWords(bool stopped) => _unsure.IsEmpty ? null : Texts.RemovalNotConfirmed(_unsure.Keys.Order());

    // All are begun before one is waited for, and all end before an error is written: an error may end the pipeline.
    private protected override Task RunAsync(ILane lane, CancellationToken stop) =>
        Services.ChangeEachAsync(
            [.. InstanceId.Where(id => !_removals.ContainsKey(id))], found => BeginAsync(found, lane), _failures.Enqueue, stop);

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        await Task.WhenAll(_removals.Values).WaitAsync(stop);
        VastException[] unsure = [.. _failures.Where(IsUnsure)];
        _unsure.Clear();
        if (unsure.Length == 0 || StopsAtErrors)
        {
            WriteFailures(lane, [.. _failures]);
            return;
        }

        // A script must not go on as if the boxes were gone.
        WriteFailures(lane, [.. _failures.Except(unsure)]);
        throw unsure.Length == 1 ? unsure[0] : Failures.Together(unsure);
    }

    private static bool IsUnsure(VastException failure) => failure.Reason is VastReason.DestroyNotConfirmed or VastReason.ChangeUnconfirmed;

    private async Task BeginAsync(VastInstance found, ILane lane)
    {
        ForeignRule.Demand(found, Force, "Remove-VastInstance");
        if (await lane.ConfirmAsync(found.ToString(), Texts.RemoveAction))
        {
            _unsure[found.InstanceId] = true;
            _removals[found.InstanceId] = Unbroken(end => RemoveAsync(found, end));
        }
    }

    private async Task RemoveAsync(VastInstance found, CancellationToken end)
    {
        try
        {
            await Services.Destroying.DestroyAsync(found, end);
        }
        catch (VastException e)
        {
            _failures.Enqueue(e);
            if (IsUnsure(e))
            {
                return;
            }
        }

        _unsure.TryRemove(found.InstanceId, out _);
    }
}
