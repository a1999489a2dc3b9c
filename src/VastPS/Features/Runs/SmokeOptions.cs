using System.Text.RegularExpressions;
using VastPS.Kernel.State;
using VastPS.Kernel.Text;

namespace VastPS.Features.Runs;

/// <summary>A smoke test as asked for.</summary>
/// <param name="Command">Shell text.</param>
/// <param name="WorkingDirectory">Where it runs; null for the home folder.</param>
/// <param name="Steps">How many steps are enough.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Kind">Which rules hold.</param>
/// <param name="Expect">What the user expects.</param>
/// <param name="Pattern">How the user's log is read; null for the usual forms.</param>
/// <param name="TotalSteps">Steps of the real run; null where nobody said.</param>
internal sealed record SmokeOptions(
    string Command,
    string? WorkingDirectory,
    int Steps,
    TimeSpan Timeout,
    VastTrainingKind Kind,
    IReadOnlyList<MetricCondition> Expect,
    Regex? Pattern,
    long? TotalSteps)
{
    /// <summary>What an estimate assumes; null where none was given.</summary>
    public RunPace? Assumed { get; init; }

    /// <summary>Where a checkpoint must be saved meanwhile, as the command sees it; null where none is asked for.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>What goes on from that checkpoint; null where that is not tried.</summary>
    public string? ResumeCommand { get; init; }

    /// <summary>A command in its folder.</summary>
    public string Script(string command) =>
        WorkingDirectory is null ? command : $"cd -- {ShellQuote.Word(WorkingDirectory)} || exit\n{command}";
}
