namespace VastPS.Features.Estimation;

/// <summary>One part of the time of a run, in seconds.</summary>
/// <param name="Name">What takes the time.</param>
/// <param name="Seconds">How long.</param>
/// <param name="IsBilled">False while the container loads: no GPU is charged then.</param>
internal sealed record TimeLine(string Name, Three Seconds, bool IsBilled = true);

/// <summary>What moves over the network, in bytes.</summary>
/// <param name="Image">The packed image.</param>
/// <param name="Download">Model and data set.</param>
/// <param name="Upload">Results.</param>
internal sealed record Traffic(double Image, double Download, double Upload);

/// <summary>Seconds of one optimizer step and of one evaluation.</summary>
/// <param name="Generation">Text that a step learns from is generated.</param>
/// <param name="Training">The rest of the step.</param>
/// <param name="Evaluation">One evaluation.</param>
internal sealed record StepTime(Three Generation, Three Training, Three Evaluation)
{
    public Three Total =>
        new(Generation.Optimistic + Training.Optimistic, Generation.Base + Training.Base, Generation.Pessimistic + Training.Pessimistic);
}

/// <summary>Time from renting to the fetched result, part by part.</summary>
internal sealed class TimeModel(VastWorkload? work, Machine machine, Traffic traffic, int steps, StepTime step)
{
    // An offer that needs more than 20 minutes to run is left; Vast speaks of 5.
    private static readonly Three s_boot = new(30, 180, 900);

    // Shares of the advertised rate that are reached: images come from one registry, data sets from anywhere.
    private static readonly Three s_imageRate = new(0.8, 0.5, 0.2);
    private static readonly Three s_dataRate = new(0.8, 0.5, 0.15);

    // Few servers send faster to one client.
    private const double MostBytesPerSecond = 200e6;

    // Where a machine names no rate; slow on purpose.
    private const double UnknownMbps = 100;

    private const string Boot = "Boot";
    private const string ImagePull = "Image pull";
    private const string SetUp = "Set-up";
    private const string Upload = "Upload";

    private const double UnpackBytesPerSecond = 0.15e9;
    private static readonly Three s_packages = new(120, 300, 1200);
    private static readonly Three s_loadRate = new(2e9, 1e9, 0.2e9);
    private static readonly Three s_firstStep = new(10, 60, 300);
    private static readonly Three s_saveRate = new(1.5e9, 0.6e9, 0.15e9);

    // Assumption: nobody publishes how long bids last. Work that is lost again and again is lost for good.
    private static readonly Three s_betweenInterruptions = new(24 * 3600, 8 * 3600, 2 * 3600);
    private static readonly Three s_restart = new(180, 600, 1800);
    private const double MostLost = 3;

    public IReadOnlyList<TimeLine> Lines()
    {
        var lines = new List<TimeLine>();
        if (machine.InstanceId is null)
        {
            lines.Add(new TimeLine(Boot, s_boot, IsBilled: false));
            lines.Add(new TimeLine(ImagePull, Of(c => (traffic.Image / Rate(machine.DownMbps, s_imageRate[c])) + (c == Case.Pessimistic
                ? traffic.Image / UnpackBytesPerSecond
                : 0)), IsBilled: false));
        }

        lines.Add(new TimeLine(SetUp, s_packages));
        lines.Add(new TimeLine("Download", Of(c => traffic.Download / Rate(machine.DownMbps, s_dataRate[c]))));
        if (work is not null)
        {
            lines.Add(new TimeLine("Load weights", Of(c => work.LoadedBytes() * work.ParameterCount / s_loadRate[c])));
        }

        lines.Add(new TimeLine("First step", s_firstStep));
        lines.Add(new TimeLine("Generation", Of(c => steps * step.Generation[c])));
        lines.Add(new TimeLine("Steps", Of(c => steps * step.Training[c])));
        if (work is not null && work.Trains())
        {
            // The last checkpoint is the end of the run.
            int saves = (steps + work.CheckpointInterval - 1) / work.CheckpointInterval;
            double checkpoint = new DiskModel(work, machine.GpuCount).CheckpointBytes();
            lines.Add(
                new TimeLine("Evaluations", Of(c => work.EvaluationInterval is { } interval ? steps / interval * step.Evaluation[c] : 0)));
            lines.Add(new TimeLine("Checkpoint saves", Of(c => saves * checkpoint / s_saveRate[c])));
            lines.Add(new TimeLine("Lost work", Of(c => Lost(c) * steps * (step.Training[c] + step.Generation[c]))));
            lines.Add(new TimeLine(Upload, Of(c => traffic.Upload / Rate(machine.UpMbps, s_dataRate[c]))));
        }

        lines.RemoveAll(l => l.Seconds.Pessimistic == 0 && l.Name is "Generation" or "Evaluations" or "Lost work");
        return lines;
    }

    /// <summary>
    /// True for what happens while the command of the run goes on: the box is set up before it, the results are fetched after it.
    /// </summary>
    public static bool IsOfTheCommand(string line) => line is not (Boot or ImagePull or SetUp or Upload);

    // Where a bid can be lost, each interruption costs half of what lies between two checkpoints and a restart.
    private double Lost(Case c) => machine.IsInterruptible && work is not null
        ? Math.Min(
            MostLost, ((work.CheckpointInterval * (step.Training[c] + step.Generation[c]) / 2) + s_restart[c]) / s_betweenInterruptions[c])
        : 0;

    /// <summary>The download rate in Mbps that the base case assumes; null where the machine names none.</summary>
    public static double? AssumedMbps(Machine machine) =>
        machine.DownMbps is null ? null : Rate(machine.DownMbps, s_dataRate.Base) * 8 / 1e6;

    private static double Rate(double? mbps, double share) =>
        Math.Min(MostBytesPerSecond, Math.Max(0.1, mbps ?? UnknownMbps) * 1e6 / 8 * share);

    private static Three Of(Func<Case, double> seconds) => new(seconds(Case.Optimistic), seconds(Case.Base), seconds(Case.Pessimistic));
}
