using System.Management.Automation;
using VastPS.Commands.Binding;
using VastPS.Renting;

namespace VastPS.Commands.Instances;

/// <summary>Waits until instances are running and answer over ssh, are stopped, or are gone.</summary>
[Cmdlet(VerbsLifecycle.Wait, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastInstance))]
public sealed class WaitVastInstanceCommand : VastCmdlet
{
    private readonly object _gate = new();

    // Ids that nobody has been told about yet, and those that arrived.
    private readonly List<long> _waiting = [];
    private readonly List<long> _arrived = [];
    private readonly List<VastException> _failures = [];
    private readonly List<Task> _deeds = [];

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
    public SwitchParameter Force { get; set; }

    [Parameter]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(Timeout, nameof(Timeout));
    }

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        lock (_gate)
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
            arrival => TellAsync(arrival, act, lane),
            (left, elapsed) => lane.Progress(Texts.Elapsed("Waiting for instances", elapsed), Texts.WaitingFor(left)),
            stop);
        await Task.WhenAll(_deeds).WaitAsync(stop);
        TellTogether(lane);
    }

    private protected override string? LastWords(bool stopped)
    {
        lock (_gate)
        {
            return _waiting.Count > 0 && State != VastWaitState.Gone ? Texts.StillCosts(_waiting) : null;
        }
    }

    private Task TellAsync(Arrival arrival, bool act, ILane lane)
    {
        if (arrival.Failure is null)
        {
            Told(arrival.InstanceId);
            if (arrival.Instance is not null)
            {
                _arrived.Add(arrival.InstanceId);
                lane.Write(arrival.Instance);
            }
        }
        else if (act && arrival.Instance is not null)
        {
            _deeds.Add(Unbroken(end => ActAsync(arrival, lane, end)));
        }
        else
        {
            Fail(arrival.InstanceId, arrival.Failure, lane);
            if (!act && StopsAtErrors)
            {
                TellTogether(lane);
            }
        }

        return Task.CompletedTask;
    }

    // The deed first: an error may end the pipeline.
    private async Task ActAsync(Arrival arrival, ILane lane, CancellationToken end)
    {
        (VastException error, bool isGone) = await World.Unready.ActAsync(arrival, OnFailure, Force, end);
        if (isGone)
        {
            Told(arrival.InstanceId);
        }

        Fail(arrival.InstanceId, error, lane);
    }

    // Where the first error ends the command it is kept until it can name all.
    private void Fail(long id, VastException failure, ILane lane)
    {
        if (StopsAtErrors)
        {
            lock (_gate)
            {
                _failures.Add(failure);
            }

            return;
        }

        lane.Error(failure);
        Told(id);
    }

    private void TellTogether(ILane lane)
    {
        if (_failures.Count == 0)
        {
            return;
        }

        long[] left = [.. _waiting.Where(id => _failures.All(f => !id.Equals(f.Target)))];
        string also = Texts.AlsoRented(left, _arrived);
        VastException error = _failures.Count == 1 && also.Length == 0 ? _failures[0] : VastErrors.Together(_failures, also);
        _waiting.Clear();
        _failures.Clear();
        lane.Error(error);
    }

    private void Told(long id)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(w => w == id);
        }
    }
}
