using VastPS.Kernel.Connections;

namespace VastPS.Features.Runs;

/// <summary>Sees on a box whether something new was saved at a path, and is whole: the same at two looks.</summary>
internal sealed class CheckpointWatch(ISshLink link, string path, string? folder, TimeSpan limit)
{
    private const string Nothing = "none";

    private string _before = Nothing;
    private string _last = Nothing;

    /// <summary>True once a whole one was seen.</summary>
    public bool IsSaved { get; private set; }

    /// <summary>Remembers what is there already.</summary>
    public async Task BeginAsync(CancellationToken stop) => _before = await LookAsync(stop).ConfigureAwait(false);

    /// <summary>Looks each second until stopped; calls back once, when a checkpoint is there.</summary>
    public async Task FollowAsync(Action saved, CancellationToken stop)
    {
        try
        {
            var each = new SshCommandSpec(RunScripts.Saved(path, folder, once: false))
            {
                KeepChars = 1024,
                OnStdoutLine = line =>
                {
                    if (!IsSaved && IsNew(line) && line == _last)
                    {
                        IsSaved = true;
                        saved();
                    }

                    _last = line;
                },
            };
            await link.RunAsync(each, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or VastException)
        {
            // Ended with the command, or no second channel: the look after the command decides.
        }
    }

    /// <summary>One more look after the command has ended: nothing changes any more.</summary>
    public async Task EndAsync(CancellationToken stop) => IsSaved = IsSaved || IsNew(await LookAsync(stop).ConfigureAwait(false));

    private bool IsNew(string seen) => seen.Length > 0 && seen != Nothing && seen != _before;

    private async Task<string> LookAsync(CancellationToken stop) =>
        (await link.RunAsync(new SshCommandSpec(RunScripts.Saved(path, folder, once: true)) { Timeout = limit }, stop)
            .ConfigureAwait(false)).Stdout.Trim();
}
