using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>What is said about a log in which nothing, or not all, could be read.</summary>
internal static class LogNotes
{
    /// <summary>Warns where a file that was read gave nothing, with what it looks like instead, and where it is damaged.</summary>
    public static void Tell(LogFile file, string path, long metrics, Action<string> warn)
    {
        if (file.DamagedAt is { } at)
        {
            warn(Texts.DamagedEvents(path, at));
        }
        else if (metrics == 0)
        {
            warn(Texts.NothingRead(path, LooksLike(file)));
        }
    }

    private static string LooksLike(LogFile file) =>
        file.IsEvents ? Texts.LooksLikeEvents
        : file.LastLine is null ? Texts.LooksEmpty
        : file.Bar is { } bar ? Texts.LooksLikeBar(bar.Done, bar.Total)
        : Texts.LooksLikeText(file.Lines, file.LastLine.Trim());
}
