using System.Globalization;
using VastPS.Basics;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>The shell text sent to a box about runs: the .sh files of this folder, with their arguments.</summary>
internal static class RunScripts
{
    private static readonly string s_box = EmbeddedText.Read("box.sh");

    /// <summary>Starts a run unless it was started before; answers "log-path=", or "no-folder=", "no-space=", "no-start=".</summary>
    public static string Launch(string runId, string name, LaunchOptions options, TimeSpan grace) => Script(
        "launch.sh",
        runId,
        name,
        Seconds(options.MaxRuntime ?? TimeSpan.Zero),
        Seconds(grace),
        options.WorkingDirectory ?? "",
        options.Command,
        s_box,
        EmbeddedText.Read("run.sh"),
        options.CheckpointPath ?? "",
        EmbeddedText.Read("limiter.sh"),
        EmbeddedText.Read("over.sh"));

    /// <summary>Asks about all runs of a box. Those that should have begun long ago and have not never will after this.</summary>
    public static string List(IEnumerable<string> overdue) => Script("look.sh", s_box, "list", string.Join(' ', overdue));

    /// <summary>Asks about one run, without its log.</summary>
    public static string Look(string runId) => Script("look.sh", s_box, "list", "", runId);

    /// <summary>Asks about one run and its log from an offset, or where that is negative for the last bytes of the log.</summary>
    public static string Log(string runId, long offset, int bytes) =>
        Script("look.sh", s_box, "log", "", runId, Text(offset), Text(bytes));

    /// <summary>The same, and about the box; from a log that has grown by more, only its newest bytes.</summary>
    public static string Watch(string runId, long offset, int bytes, string? checkpointPath, bool isOverdue = false) => Script(
        "look.sh", s_box, "watch", isOverdue ? runId : "", runId, Text(offset), Text(bytes), checkpointPath ?? "");

    /// <summary>Says what is saved at a path, as a sum that changes with it; "none" where nothing is.</summary>
    public static string Saved(string path, string? folder, bool once) => Script("saved.sh", path, folder ?? "", once ? "once" : "");

    /// <summary>Lists the files that are saved at a path at two looks, a pause apart, and those that are cut.</summary>
    public static string Checkpoints(string path, TimeSpan pause) => Script("checkpoints.sh", path, Seconds(pause));

    /// <summary>Measures GPUs, memory and disk of a box for some seconds.</summary>
    public static string Measure(TimeSpan time, string? checkpointPath) => Script("measure.sh", Seconds(time), checkpointPath ?? "");

    /// <summary>
    /// Moves the limit of a run, null for none; answers "moved=" with the limit that holds, or with why it was not moved.
    /// </summary>
    public static string Limit(string runId, TimeSpan? limit) =>
        Script("limit.sh", s_box, runId, Seconds(limit ?? TimeSpan.Zero));

    /// <summary>Ends all processes of a run; answers "left=0", or the processes that stay.</summary>
    public static string End(string runId, TimeSpan grace) =>
        Script("end.sh", s_box, runId, Text((int)Math.Ceiling(grace.TotalMilliseconds / 100)));

    private static string Script(string name, params string[] arguments) =>
        $"exec sh -c {ShellQuote.Word(EmbeddedText.Read(name))} vastps {ShellQuote.Join(arguments)}";

    // Never less than asked: a limit of 1.5 s is 2 on the box.
    private static string Seconds(TimeSpan span) => Text((long)Math.Ceiling(span.TotalSeconds));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
