using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Waits until instances are running and answer over ssh, are stopped, or are gone.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastInstance))]
public sealed class WaitVastInstanceCommand : VastCmdlet
{
    private readonly List<long> _waiting = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public VastWaitState State { get; set; } = VastWaitState.Running;

    [Parameter]
    [DurationTransform]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(20);

    [Parameter]
    public VastFailureAction OnFailure { get; set; } = VastFailureAction.Keep;

    [Parameter]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(Timeout, nameof(Timeout));
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        lock (_waiting)
        {
            _waiting.AddRange(InstanceId);
        }

        return Task.CompletedTask;
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        // Consent to what happens on failure is asked before the wait begins.
        bool act = OnFailure != VastFailureAction.Keep
            && await lane.ConfirmAsync(string.Join(", ", _waiting), Texts.OnFailureAction(OnFailure, _waiting.Count));
        if (State == VastWaitState.Running)
        {
            // A key that cannot be used is said, and its passphrase asked for, before the wait and not after it.
            await World.SshKeys.FindAsync(KeyPath, stop);
        }

        await World.Ready.WaitAsync(
            [.. _waiting],
            State,
            Timeout,
            KeyPath,
            (id, instance, failure) => TellAsync(id, instance, failure, act, lane, stop),
            (left, elapsed) => lane.Progress(Texts.Elapsed("Waiting for instances", elapsed), Texts.WaitingFor(left)),
            stop);
    }

    private protected override string? LastWords(bool stopped)
    {
        lock (_waiting)
        {
            return _waiting.Count > 0 && State != VastWaitState.Gone ? Texts.StillCosts(_waiting) : null;
        }
    }

    private async Task TellAsync(long id, VastInstance? instance, VastException? failure, bool act, ILane lane, CancellationToken stop)
    {
        lock (_waiting)
        {
            _waiting.RemoveAll(w => w == id);
        }

        if (failure is null)
        {
            if (instance is not null)
            {
                lane.Write(instance);
            }

            return;
        }

        lane.Error(failure);
        if (act && instance is not null)
        {
            await ActAsync(instance, lane, stop);
        }
    }

    // One that cannot be stopped must not end the wait for the others.
    private async Task ActAsync(VastInstance instance, ILane lane, CancellationToken stop)
    {
        try
        {
            await (OnFailure == VastFailureAction.Remove ? World.Destroying.DestroyAsync(instance, stop) : World.Power.StopAsync(instance, stop));
        }
        catch (VastException e)
        {
            lane.Error(e);
        }
    }
}
