namespace VastPS.Simulator;

/// <summary>How a simulator starts. Every value has a default that suits a demo.</summary>
public sealed class SimOptions
{
    /// <summary>Offers, prices and machines repeat for the same seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A JSON file of captured offers to serve instead of made-up ones: an object with <c>offers</c>, or a list.</summary>
    public string? OfferPath { get; init; }

    /// <summary>Answer 429 to requests that come faster than the service's minimum interval of their route.</summary>
    public bool Pacing { get; init; }

    /// <summary>From create to running, on the simulator's clock.</summary>
    public TimeSpan BootTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long an instance that was started again is still shown as exited, on the simulator's clock.
    /// The service needs seconds to minutes for it.
    /// </summary>
    public TimeSpan RestartTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a stop to stopped, and from a destroy to gone, on the simulator's clock.</summary>
    public TimeSpan EndTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the simulator's clock shows at the start; the computer's time when null.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Names of faults that are on from the start, see <see cref="SimFaults.Names"/>; a number may follow after a colon.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Real download rate of every machine in bytes a second, instead of each machine's own.</summary>
    public double? DownloadRate { get; init; }

    /// <summary>Prepaid money on the account in USD.</summary>
    public double Credit { get; init; } = 100;

    /// <summary>False starts no sshd at all: instances run, but nothing answers at their address.</summary>
    public bool Boxes { get; init; } = true;
}
