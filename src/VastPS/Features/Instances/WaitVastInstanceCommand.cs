using System.Management.Automation;
using VastPS.Features.Instances;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Waits until instances are running and answer over ssh, are stopped, or are gone.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Wait-VastInstance")]
[OutputType(typeof(VastInstance))]
public sealed class WaitVastInstanceCommand : VastCmdlet
{
    private readonly WaitList _list = new();

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ChoiceTransform(typeof(VastWaitState))]
    public VastWaitState State { get; set; } = VastWaitState.Running;

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(20);

    [Parameter]
    [ChoiceTransform(typeof(VastFailureAction))]
    public VastFailureAction OnFailure { get; set; } = VastFailureAction.Keep;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter AcceptNewHostKey { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(Timeout, nameof(Timeout));
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        _list.Add(InstanceId);
        return Task.CompletedTask;
    }

    private protected override async Task FinishAsync(ILane lane, CancellationToken stop)
    {
        if (_list.Left is not { Count: > 0 } ids)
        {
            return;
        }

        // Consent to what happens on failure is asked before the wait begins.
        bool act = OnFailure != VastFailureAction.Keep
            && await lane.ConfirmAsync(string.Join(", ", ids), Texts.OnFailureAction(OnFailure, ids.Count));
        if (State == VastWaitState.Running)
        {
            // A key that cannot be used is said, and its passphrase asked for, before the wait and not after it.
            await Services.SshKeys.FindAsync(KeyPath, stop);
        }

        await Services.Ready.WaitAsync(
            ids,
            new WaitGoal(State, Timeout, KeyPath) { AcceptsKey = AcceptNewHostKey ? lane.AcceptKeyAsync : null },
            arrival => Tell(arrival, act, lane),
            (left, elapsed) => lane.Progress(Texts.Elapsed("Waiting for instances", elapsed), Texts.WaitingFor(left)),
            stop);
        await _list.DeedsAsync(stop);
        WriteFailures(lane, _list.TakeTogether());
    }

    private protected override string? LastWords(bool stopped) =>
        _list.Left is { Count: > 0 } left && State != VastWaitState.Gone ? Texts.StillCosts(left) : null;

    private void Tell(WaitResult arrival, bool act, ILane lane)
    {
        if (arrival.Failure is null)
        {
            _list.Arrive(arrival);
            if (arrival.Instance is not null)
            {
                lane.Write(arrival.Instance);
            }
        }
        else if (act && arrival.Instance is not null && arrival.Failure.Reason != VastReason.SshHostKeyChanged)
        {
            _list.Do(Unbroken(end => ActAsync(arrival, lane, end)));
        }
        else
        {
            Fail(arrival.InstanceId, arrival.Failure, lane);
            if (!act)
            {
                WriteFailures(lane, _list.TakeTogether());
            }
        }
    }

    // The deed first: an error may end the pipeline.
    private async Task ActAsync(WaitResult arrival, ILane lane, CancellationToken end)
    {
        (VastException error, bool isGone) = await Services.Unready.ActAsync(arrival, OnFailure, Force, end);
        if (isGone)
        {
            _list.Drop(arrival.InstanceId);
        }

        Fail(arrival.InstanceId, error, lane);
    }

    // Where the first error ends the command it is kept until it can name all.
    private void Fail(long id, VastException failure, ILane lane)
    {
        if (StopsAtErrors)
        {
            _list.Keep(failure);
            return;
        }

        lane.Error(failure);
        _list.Drop(id);
    }
}
