using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>What somebody wants to start.</summary>
/// <param name="Command">Shell text.</param>
/// <param name="MaxRuntime">The box ends the run after this; null for never.</param>
internal record LaunchRequest(string Command, TimeSpan? MaxRuntime)
{
    /// <summary>A name of the user's choice; null takes the instance's, with a number where that is in use.</summary>
    public string? Name { get; init; }

    /// <summary>Where the command works on the box; null for the login folder.</summary>
    public string? WorkingDirectory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? CheckpointPath { get; init; }

    public IReadOnlyList<string> AbortIf { get; init; } = [];

    /// <summary>What starts the command once for each GPU.</summary>
    public VastLauncher Launcher { get; init; }

    public bool IsForced { get; init; }

    public string? KeyPath { get; init; }
}

/// <summary>The same for one instance, with what speaks for it.</summary>
internal sealed record LaunchOptions : LaunchRequest
{
    public LaunchOptions(LaunchRequest asked)
        : base(asked)
    {
    }

    /// <summary>What the estimate says that was chosen for it; null where none was.</summary>
    public RunPace? Plan { get; init; }

    public required RunProof Proof { get; init; }
}
