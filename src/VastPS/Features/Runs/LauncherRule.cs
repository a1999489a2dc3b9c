using System.Globalization;
using System.Text.RegularExpressions;

namespace VastPS.Features.Runs;

/// <summary>From a script to the command that starts it once for each GPU of a box, by the rules of a launcher.</summary>
internal static partial class LauncherRule
{
    // run.sh puts the id of the run into its environment.
    private const string Logs = "\"$HOME/.vastps/runs/$VASTPS_RUN/ranks\"";

    /// <summary>The shell text of the whole; null where the command is not one script with its arguments.</summary>
    /// <param name="launcher">By whose rules.</param>
    /// <param name="command">"train.py --lr 1", "python train.py", "python -m pkg.train", with variables before it.</param>
    /// <param name="gpus">How many processes.</param>
    public static string? Command(VastLauncher launcher, string command, int gpus)
    {
        string text = command.Trim();
        if (launcher == VastLauncher.None)
        {
            return text;
        }

        Match script = Script().Match(text);
        string count = gpus.ToString(CultureInfo.InvariantCulture);
        return !script.Success || Joined().IsMatch(Quoted().Replace(text, "x")) ? null
            : launcher == VastLauncher.Ray ? Ray(text, count)
            : script.Groups["before"].Value + (launcher == VastLauncher.Torchrun
                ? Torchrun(count) + (script.Groups["python"] is { Success: true, Value: var python } ? python : "python3 ")
                : Accelerate(count)) + script.Groups["script"].Value;
    }

    // What each rank prints comes to the log with its number before it, and to a file of its own. Nothing is started again. Both
    // streams of a rank are made one, because torch 1.13 under Python 3.11 takes no 3 for --tee, and without any it does not start.
    private static string Torchrun(string count) =>
        $"$(command -v torchrun || echo python3 -m torch.distributed.run) --standalone --nproc_per_node {count} --max_restarts 0 "
        + $"--redirects 1 --tee 1 --log_dir {Logs} --no_python sh -c 'exec \"$0\" \"$@\" 2>&1' ";

    // huggingface/accelerate src/accelerate/commands/launch.py hands both on to torchrun.
    private static string Accelerate(string count) =>
        $"accelerate launch --num_machines 1 --num_processes {count} {(count == "1" ? "" : "--multi_gpu ")}--max_restarts 0 --tee 3 "
        + $"--log_dir {Logs} ";

    // Its processes outlive the command that started them, so it is ended with the script, however that ends.
    private static string Ray(string command, string count) => $"""
        set -e
        (
        trap 'ray stop >/dev/null 2>&1 || true' EXIT
        ray start --head --num-gpus {count} --disable-usage-stats
        RAY_ADDRESS=auto {command}
        )
        """.ReplaceLineEndings("\n");

    [GeneratedRegex(
        @"^(?<before>(?:[A-Za-z_]\w*=\S+\s+)*)(?<python>(?:\S*/)?python[\d.]*\s+(?:-[uOBEsI]+\s+)*)?(?<script>(?:-m\s+[\w.]+|[^\s-]\S*\.py|""[^""]+\.py""|'[^']+\.py')(?:\s.*)?)$",
        RegexOptions.Singleline)]
    private static partial Regex Script();

    // What a shell would take for the end of a command.
    [GeneratedRegex(@"[;|\n<>`]|&")]
    private static partial Regex Joined();

    [GeneratedRegex("""'[^']*'|"(?:\\.|[^"\\])*"|\\.""")]
    private static partial Regex Quoted();
}
