using VastPS.Kernel.Shell;

namespace VastPS.Features.Runs;

/// <summary>What a user typed about the launcher of a run.</summary>
internal static class LauncherInput
{
    /// <summary>InvalidValue where more than one box is wanted, or where a launcher cannot start the command.</summary>
    public static void Demand(VastLauncher launcher, int nodeCount, string command)
    {
        Check.That(
            nodeCount == 1, nodeCount, "NodeCount", "a run works on one instance, with all of its GPUs", "-NodeCount 1");
        Check.That(
            LauncherRule.Command(launcher, command, 1) is not null,
            command,
            "Command",
            $"{launcher} starts one Python script with its arguments; what it prints is kept anyway",
            $"-Command 'train.py --epochs 3' -Launcher {launcher}");
    }
}
