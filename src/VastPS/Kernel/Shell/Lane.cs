using System.Collections.Concurrent;
using System.Security;
using VastPS.Basics;
using VastPS.Commands;

namespace VastPS.Kernel.Shell;

/// <summary>Carries what the work says to the pipeline thread, in order. Nothing passes once the turn has been stopped.</summary>
internal sealed class Lane(VastCmdlet owner, BlockingCollection<Action> mail, CancellationToken turn) : ILane
{
    // Four a second: more only costs the host time.
    private static readonly TimeSpan s_progressGap = TimeSpan.FromMilliseconds(250);
    private long _lastProgress;
    private string? _lastActivity;

    public void Write(object value) => Post(() => owner.WriteObject(value is string text ? Redactor.CleanKnown(text) : value));

    public void Error(VastException error) => Post(() => owner.WriteError(VastErrors.Record(error)));

    public void Warn(string text) => Post(() => owner.WriteWarning(Sanitized.Text(text)));

    public void Verbose(string text) => Post(() => owner.WriteVerbose(Sanitized.Text(text)));

    public void Debug(string text) => Post(() => owner.WriteDebug(Sanitized.Text(text)));

    public void Progress(string activity, string status, int? percent = null, TimeSpan? left = null)
    {
        long now = TimeProvider.System.GetTimestamp();
        if (activity == _lastActivity && TimeProvider.System.GetElapsedTime(_lastProgress, now) < s_progressGap)
        {
            return;
        }

        _lastProgress = now;
        _lastActivity = activity;
        Post(() => owner.ShowProgress(activity, Sanitized.Text(status), percent, left));
    }

    public void ExitCode(int code) => Post(() => owner.SessionState.PSVariable.Set("global:LASTEXITCODE", code));

    public Task<bool> ConfirmAsync(string target, string action) => AskAsync(() => owner.Confirm(target, action));

    /// <summary>Asks for the passphrase of a key file; null where there is nobody to ask.</summary>
    public Task<SecureString?> AskPassphraseAsync(string path) =>
        AskAsync(() => Consent.AskSecret(owner.Host, Texts.PassphrasePrompt(path)));

    private async Task<T> AskAsync<T>(Func<T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        // Without this a stop downstream would leave the work waiting for ever.
        using CancellationTokenRegistration stopped = turn.Register(() => answer.TrySetCanceled(turn));
        Post(() =>
        {
            try
            {
                answer.TrySetResult(ask());
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
                throw;
            }
        });
        return await answer.Task.ConfigureAwait(false);
    }

    private void Post(Action say)
    {
        try
        {
            mail.Add(say, turn);
        }
        catch (InvalidOperationException)
        {
            // The turn is over: whoever still speaks is not heard.
            throw new OperationCanceledException(turn);
        }
    }
}
