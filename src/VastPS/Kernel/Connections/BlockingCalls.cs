using Renci.SshNet;
using Renci.SshNet.Common;

namespace VastPS.Kernel.Connections;

/// <summary>Steps of cleaning up: each has a limit and none throws, because the story that matters is told already.</summary>
internal static class BlockingCalls
{
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(2);

    /// <summary>Waits for work that may fail or never end.</summary>
    public static async Task WithinAsync(Task work, TimeSpan limit, TimeProvider clock)
    {
        try
        {
            await work.WaitAsync(limit, clock);
        }
        catch (Exception e)
        {
            // Failures were or will be reported by whoever owns the work.
            _ = e;
        }
    }

    /// <summary>Takes note of a failure that nobody may come to await, so that it does not turn up as an unobserved one.</summary>
    public static void Observe(Task work) =>
        _ = work.ContinueWith(
            done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Runs what blocks in the library; on the pool, which gives threads slowly, some boxes would wait for others.</summary>
    public static Task<T> OnThread<T>(Func<T> work)
    {
        Task<T> task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Observe(task);
        return task;
    }

    /// <summary>The same for work without a result.</summary>
    public static Task OnThread(Action work) => OnThread(() =>
    {
        work();
        return true;
    });

    /// <summary>Closes a connection. The library waits for the other side without limit, so it does that on its own time.</summary>
    public static Task CloseAsync(SshClient client, TimeProvider clock) => WithinAsync(OnThread(client.Dispose), s_closeLimit, clock);

    /// <summary>True where the server gives any sign in time, were it that it opens no further channel.</summary>
    public static async Task<bool> AnswersAsync(SshClient client, TimeSpan limit, TimeProvider clock, CancellationToken stop)
    {
        Task<string> answer = OnThread(() => Run(client, "exit"));
        await Task.WhenAny(answer.WaitAsync(limit, clock, stop));
        return answer.IsCompletedSuccessfully
            || answer.Exception?.InnerException is SshException and not SshConnectionException and not SshOperationTimeoutException;
    }

    /// <summary>Runs a short script and returns what it printed; null where the box gave no answer in time.</summary>
    public static async Task<string?> AskAsync(SshClient client, string script, TimeSpan limit, TimeProvider clock)
    {
        Task<string> answer = OnThread(() => Run(client, script));
        await WithinAsync(answer, limit, clock);
        return answer.IsCompletedSuccessfully ? await answer : null;
    }

    private static string Run(SshClient client, string script)
    {
        using SshCommand command = client.CreateCommand(script);
        return command.Execute();
    }
}
