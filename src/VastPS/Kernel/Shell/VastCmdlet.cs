using System.Collections.Concurrent;
using System.ComponentModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>
/// Base of every command that waits for something. The work runs on the thread pool and speaks through a lane;
/// everything it says happens on the pipeline thread, in order. Stopping takes milliseconds, whatever the work does.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VastCmdlet : PSCmdlet, IDisposable
{
    // How long a stopped command waits for its work to close sockets before it leaves it behind.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _unbroken = [];
    private readonly ConcurrentDictionary<string, byte> _warned = new();
    private readonly ConcurrentQueue<string> _notices = new();
    private string? _shownActivity;

    static VastCmdlet() => VastException.Sentence = VastErrors.Sentence;

    private protected VastCmdlet()
    {
    }

    private protected RunspaceServices Services { get; private set; } = null!;

    /// <summary>True where the first error ends the command: whatever else must be said has to be in it.</summary>
    private protected bool StopsAtErrors { get; private set; }

    /// <summary>Takes the world of this runspace and refuses at once what would prompt where nobody can answer.</summary>
    protected sealed override void BeginProcessing()
    {
        try
        {
            Services = RunspaceServices.Of(Runspace.DefaultRunspace);
            StopsAtErrors = Consent.StopsAtErrors(SessionState, MyInvocation);
            Services.MeetKeys();
            ChoiceInput.Demand(this);
            NeededInput.Ask(this, isInputThere: false);
            Check.NotNull(this);
            Check.NoKey(this);
            Consent.Demand(this, SessionState, Host, MyInvocation, Impact);
            Begin();
        }
        catch (VastException e)
        {
            ThrowTerminatingError(VastErrors.Record(e));
        }
    }

    /// <summary>Runs the work once for this input.</summary>
    protected sealed override void ProcessRecord()
    {
        try
        {
            ChoiceInput.Demand(this);
            NeededInput.Ask(this, isInputThere: true);
            Check.NoKey(this);
        }
        catch (VastException e)
        {
            ThrowTerminatingError(VastErrors.Record(e));
        }

        Pump(ReadAndRunAsync);
    }

    /// <summary>Runs the work of those that gather their input first.</summary>
    protected sealed override void EndProcessing() => Pump(FinishAsync);

    /// <summary>Asks the work to stop; called by the engine on another thread.</summary>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Frees what the command holds; the engine calls it however the pipeline ended.</summary>
    public void Dispose()
    {
        AwaitUnbroken();
        bool stopped = _stop.IsCancellationRequested;
        _stop.Cancel();
        if (LastWords(stopped) is { } words)
        {
            // Streams are closed now; the host can still be told. Money may depend on it.
            Host?.UI?.WriteWarningLine(Sanitized.Text(words));
        }

        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>On the pipeline thread, before any input: resolve paths, check what needs no input.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>What must still be said when the command ends early; the lane is closed then.</summary>
    /// <param name="stopped">True where the user stopped it; false at a normal end, or where the pipeline ended without it.</param>
    private protected virtual string? LastWords(bool stopped) => null;

    /// <summary>How much this invocation may do; null for what the command may do at most.</summary>
    private protected virtual ConfirmImpact? Impact => null;

    private protected abstract Task RunAsync(ILane lane, CancellationToken stop);

    /// <summary>Failures that come last: an error may end the pipeline, and what stands behind it would not be done.</summary>
    private protected List<VastException> Kept { get; } = [];

    private protected virtual Task FinishAsync(ILane lane, CancellationToken stop)
    {
        WriteFailures(lane, Kept);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Begins work that was agreed to and that money depends on. Nothing but the user's stop ends it: not an error of this command,
    /// nor one elsewhere in the pipeline. The command does not end before it.
    /// </summary>
    private protected Task Unbroken(Func<CancellationToken, Task> work)
    {
        CancellationToken stop = _stop.Token;
        Task begun = Task.Run(() => work(stop), CancellationToken.None);
        lock (_unbroken)
        {
            _unbroken.Add(begun);
        }

        return begun;
    }

    /// <summary>Writes what failed. Where the first error ends the command, one error says everything.</summary>
    private protected void WriteFailures(ILane lane, IReadOnlyList<VastException> failures)
    {
        foreach (VastException failure in StopsAtErrors && failures.Count > 1 ? [Failures.Together(failures)] : failures)
        {
            lane.Error(failure);
        }
    }

    // Names of instances are looked up by the work: it may wait, and be stopped.
    private async Task ReadAndRunAsync(ILane lane, CancellationToken stop)
    {
        if (await InstanceInput.ReadAsync(this, Services, lane.Error, stop).ConfigureAwait(false))
        {
            await RunAsync(lane, stop).ConfigureAwait(false);
        }
    }

    internal bool Confirm(string target, string action) => Consent.Ask(this, Impact, target, action);

    internal void ShowProgress(string activity, string status, int? percent, TimeSpan? left)
    {
        _shownActivity = activity;
        WriteProgress(new ProgressRecord(1, activity, status.Length == 0 ? " " : status)
        {
            PercentComplete = percent is { } p ? Math.Clamp(p, 0, 100) : -1,
            SecondsRemaining = left is { } l ? (int)Math.Min(l.TotalSeconds, int.MaxValue) : -1,
        });
    }

    private void Pump(Func<ILane, CancellationToken, Task> story)
    {
        var turn = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var mail = new BlockingCollection<Action>(boundedCapacity: 256);
        CancellationToken stop = turn.Token;
        var lane = new Lane(this, mail, stop);
        IDisposable listening = Services.Skipped.Listen(WarnOnce);
        IDisposable tracing = Services.Trace.Listen((text, isDetail) => Trace(lane, text, isDetail));
        Task work = Task.Run(
            async () =>
            {
                try
                {
                    LocalKeys.Ask = lane.AskPassphraseAsync;
                    await story(lane, stop).ConfigureAwait(false);
                }
                finally
                {
                    mail.CompleteAdding();
                }
            },
            CancellationToken.None);

        try
        {
            foreach (Action say in mail.GetConsumingEnumerable(_stop.Token))
            {
                say();
                WriteNotices();
            }

            WriteNotices();
            work.GetAwaiter().GetResult();
            FinishProgress();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (VastException e)
        {
            FinishProgress();
            ThrowTerminatingError(VastErrors.Record(e));
        }
        finally
        {
            listening.Dispose();
            tracing.Dispose();
            Leave(turn, mail, work);
        }
    }

    // A file is read many times while a command runs, and says the same each time.
    // It is read by the work, so the warning waits for the pipeline thread.
    private void WarnOnce(string path, IReadOnlyList<int> numbers)
    {
        if (_warned.TryAdd(path, 0))
        {
            _notices.Enqueue(Texts.StateLinesSkipped(path, numbers));
        }
    }

    // Work that nothing may break goes on when the lane is closed, and then nobody listens.
    private static void Trace(Lane lane, string text, bool isDetail)
    {
        try
        {
            if (isDetail)
            {
                lane.Debug(text);
            }
            else
            {
                lane.Verbose(text);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void WriteNotices()
    {
        while (_notices.TryDequeue(out string? notice))
        {
            WriteWarning(Sanitized.Text(notice));
        }

        if (Services.SshInternals.ShouldTell())
        {
            WriteWarning(Texts.SlowSsh(Services.SshInternals.Missing));
        }
    }

    private void FinishProgress()
    {
        if (_shownActivity is { } shown)
        {
            _shownActivity = null;
            WriteProgress(new ProgressRecord(1, shown, " ") { RecordType = ProgressRecordType.Completed });
        }
    }

    // The pipeline may have ended the turn (a stop, Select-Object -First, -ErrorAction Stop): the work is told,
    // its unheard mail is thrown away so that it never blocks on a full box, and it gets a short time to close up.
    private static void Leave(CancellationTokenSource turn, BlockingCollection<Action> mail, Task work)
    {
        turn.Cancel();
        if (WaitQuietly(work, s_grace))
        {
            turn.Dispose();
            mail.Dispose();
        }
        else
        {
            _ = work.ContinueWith(
                done =>
                {
                    _ = done.Exception;
                    turn.Dispose();
                    mail.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void AwaitUnbroken()
    {
        Task[] begun;
        lock (_unbroken)
        {
            begun = [.. _unbroken];
        }

        try
        {
            Task.WaitAll(begun, _stop.Token);
        }
        catch (Exception e) when (e is AggregateException or OperationCanceledException)
        {
            // What failed is in the last words of the command.
        }
    }

    private static bool WaitQuietly(Task work, TimeSpan limit)
    {
        try
        {
            return work.Wait(limit);
        }
        catch (AggregateException)
        {
            return true;
        }
    }
}
