using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>An ended run that is to be started again.</summary>
/// <param name="Record">As it was started.</param>
/// <param name="Ended">How it ended.</param>
internal sealed record Relaunch(RunRecord Record, VastRun Ended)
{
    /// <summary>Why it ended, in one line.</summary>
    public string Cause => $"{Ended.Outcome}{(Ended.Evidence.Count > 0 ? $" ({string.Join("; ", Ended.Evidence.Take(3))})" : "")}";

    private TimeSpan? Limit => Record.Deadline - Record.StartedAt;

    // As its command sees it: noted is how the box is asked.
    private string? CheckpointPath => Record is { CheckpointPath: { } path, WorkingDirectory: { } folder }
        && path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? path[(folder.TrimEnd('/').Length + 1)..]
            : Record.CheckpointPath;

    /// <summary>What was asked for, with what it leaves open as it was before.</summary>
    public LaunchRequest Filled(LaunchRequest asked) => asked with
    {
        Command = Record.Command,
        MaxRuntime = asked.MaxRuntime ?? Limit,
        WorkingDirectory = asked.WorkingDirectory ?? Record.WorkingDirectory,
        CheckpointPath = asked.CheckpointPath ?? CheckpointPath,
        AbortIf = asked.AbortIf.Count > 0 ? asked.AbortIf : Record.AbortIf,
    };
}

/// <summary>Finds the run that somebody wants to start again, and makes sure that it has ended. Starts nothing.</summary>
internal sealed class RelaunchFlow(RunspaceServices services)
{
    /// <summary>The run by what was typed: itself, its name or its id. RunGoesOn where it has not ended for certain.</summary>
    public async Task<Relaunch> FindAsync(object typed, string? keyPath, CancellationToken stop)
    {
        string name = RunInput.One(typed, "From");
        RunRecord record = (await RunInput.FindAsync(services, [name], [], keyPath, e => throw e, stop).ConfigureAwait(false))[0];
        VastRun seen = (await services.Runs.ReadAsync([record], [], _ => false, keyPath, stop).ConfigureAwait(false))[0];
        return seen.State == VastRunState.Ended
            ? new Relaunch(record, seen)
            : throw new VastException(
                VastReason.RunGoesOn,
                record.Name,
                record.InstanceId,
                seen.State == VastRunState.Running
                    ? "it still goes on"
                    : "nobody can say that it has ended: " + string.Join("; ", seen.Evidence));
    }

    /// <summary>InvalidValue where a variable that the run had is not given again: its value is noted nowhere.</summary>
    public static void DemandVariables(Relaunch again, IReadOnlyDictionary<string, string> given)
    {
        string[] missing = [.. again.Record.EnvironmentNames.Where(n => !given.ContainsKey(n))];
        Check.That(
            missing.Length == 0,
            string.Join(", ", missing),
            "Environment",
            "the run was given these variables, and their values are never stored",
            $"-Environment @{{ {string.Join("; ", missing.Select(n => $"{n} = $env:{n}"))} }}");
    }
}
