using System.Globalization;
using VastPS.Basics;

namespace VastPS.Features.Money;

/// <summary>Signs of life on a box. What could not be looked at is null, which is never the same as nothing found.</summary>
internal sealed record BoxActivity
{
    /// <summary>The highest use of any GPU in each sample, in percent.</summary>
    public IReadOnlyList<double>? GpuUse { get; init; }

    /// <summary>The most memory in use on a GPU, in MiB.</summary>
    public double? GpuMemoryMiB { get; init; }

    /// <summary>Processes on the GPUs.</summary>
    public IReadOnlyList<string>? GpuProcesses { get; init; }

    /// <summary>Cores that the processes of the container kept busy while it was watched.</summary>
    public double? BusyCores { get; init; }

    /// <summary>Time since the youngest process was started, those of the look itself left out; null inside where there is none.</summary>
    public LastActivity? YoungestProcess { get; init; }

    /// <summary>Time since a file was last written in the home or in /workspace.</summary>
    public LastActivity? NewestFile { get; init; }

    /// <summary>Load averages of the whole machine, as the kernel prints them.</summary>
    public string Load { get; init; } = "";
}

/// <summary>The latest of its kind that was seen.</summary>
/// <param name="Age">How long ago; null where there was none at all.</param>
/// <param name="What">Its name.</param>
internal sealed record LastActivity(TimeSpan? Age, string What);

/// <summary>What the signs of life come to.</summary>
/// <param name="IsIdle">True where everything was looked at and nothing found.</param>
/// <param name="WasSeen">False where something could not be looked at.</param>
/// <param name="QuietFor">Time since the latest sign of life; null where none is visible.</param>
/// <param name="Reasons">Why: what was found, what could not be looked at, or what was quiet.</param>
internal sealed record IdleVerdict(bool IsIdle, bool WasSeen, TimeSpan? QuietFor, IReadOnlyList<string> Reasons);

/// <summary>From signs of life to idle or not. In doubt a box is not idle: what follows may delete it.</summary>
internal static class IdleRule
{
    // A card that nobody computes on shows 0; a desktop or a monitor may show a little.
    private const double QuietPercent = 3;

    // Above it something is loaded on the card, also where the container cannot see whose it is.
    private const double QuietMiB = 300;

    // What daemons of an image use between them.
    private const double QuietCores = 0.2;

    public static IdleVerdict Judge(BoxActivity box, TimeSpan window)
    {
        string?[] unseen =
        [
            box.GpuUse is not { Count: > 0 } || box.GpuMemoryMiB is null ? "GPU use could not be read" : null,
            box.GpuProcesses is null ? "processes on the GPUs could not be read" : null,
            box.BusyCores is null ? "CPU use could not be read" : null,
            box.YoungestProcess is null ? "processes could not be read" : null,
            box.NewestFile is null ? "files could not be read" : null,
        ];
        if (unseen.OfType<string>().ToArray() is { Length: > 0 } missing)
        {
            return new IdleVerdict(false, false, null, missing);
        }

        double use = box.GpuUse!.Max();
        string?[] alive =
        [
            use > QuietPercent ? Text($"a GPU is {use:0} % busy") : null,
            box.GpuMemoryMiB > QuietMiB ? Text($"{box.GpuMemoryMiB:0} MiB are in use on a GPU") : null,
            box.GpuProcesses!.Count > 0 ? Text($"on a GPU: {string.Join("; ", box.GpuProcesses)}") : null,
            box.BusyCores > QuietCores ? Text($"{box.BusyCores:0.0} CPU cores are busy") : null,
            box.YoungestProcess!.Age < window
                ? $"started {Duration.Format(box.YoungestProcess.Age.Value)} ago: {box.YoungestProcess.What}"
                : null,
            box.NewestFile!.Age < window ? $"written {Duration.Format(box.NewestFile.Age.Value)} ago: {box.NewestFile.What}" : null,
        ];
        TimeSpan? quiet = new[] { box.YoungestProcess.Age, box.NewestFile.Age }.Min();
        return alive.OfType<string>().ToArray() is { Length: > 0 } signs
            ? new IdleVerdict(false, true, quiet, signs)
            : new IdleVerdict(true, true, quiet,
            [
                Text($"GPU use {use:0} % in {box.GpuUse!.Count} samples, no process on it, {box.GpuMemoryMiB:0} MiB in use"),
                Text($"CPU: {box.BusyCores:0.00} cores busy; load of the whole machine: {box.Load}"),
                Line("last process started", box.YoungestProcess),
                Line("last file written", box.NewestFile),
            ]);
    }

    private static string Line(string what, LastActivity seen) =>
        seen.Age is { } age ? $"{what} {Duration.Format(age)} ago: {seen.What}" : $"{what}: none seen";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
