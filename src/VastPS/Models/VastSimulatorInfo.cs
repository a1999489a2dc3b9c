using VastPS.Basics;

namespace VastPS;

/// <summary>The simulator of this process.</summary>
public sealed class VastSimulatorInfo
{
    internal VastSimulatorInfo()
    {
    }

    /// <summary>Its address on loopback; its key is in VAST_API_KEY of this process.</summary>
    public Uri Address { get; internal init; } = null!;

    /// <summary>True where its instances are real sshd processes on this computer.</summary>
    public bool HasBoxes { get; internal init; }

    /// <summary>As whom commands on its boxes run.</summary>
    public string LoginUser { get; internal init; } = "";

    /// <summary>The simulator's own time.</summary>
    public DateTimeOffset Now { get; internal init; }

    /// <summary>The seed of its offers: the same seed gives the same offers.</summary>
    public int Seed { get; internal init; }

    /// <summary>Faults that are switched on.</summary>
    public IReadOnlyList<string> Faults { get; internal init => field = Joined.Of(value); } = Joined.None<string>();

    /// <summary>Machines whose real download rate is far below what they advertise.</summary>
    public IReadOnlyList<long> SlowMachines { get; internal init => field = Joined.Of(value); } = Joined.None<long>();

    /// <inheritdoc />
    public override string ToString() => $"simulator at {Address}";
}
