namespace VastPS.Simulator;

/// <summary>A local Vast on loopback.</summary>
public sealed class SimServer
{
}
