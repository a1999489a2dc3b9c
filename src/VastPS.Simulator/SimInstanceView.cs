namespace VastPS.Simulator;

/// <summary>What a simulator knows of one instance, for tests and for people who look behind the API.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="MachineId">The machine it is on.</param>
/// <param name="Label">Its label, if any.</param>
/// <param name="Status">What the container does: running, loading, exited and so on, as the service says it.</param>
/// <param name="PricePerHour">GPU and disk in USD an hour.</param>
/// <param name="Spent">USD so far.</param>
/// <param name="SshPort">Port of the relay on 127.0.0.1 before its sshd; 0 when none runs.</param>
/// <param name="ProxyPort">Port of the relay that stands for the service's ssh proxy; 0 when none runs.</param>
/// <param name="Home">Folder on this computer that is the box's home; null before its first start.</param>
public sealed record SimInstanceView(
    long InstanceId,
    long MachineId,
    string? Label,
    string Status,
    double PricePerHour,
    double Spent,
    int SshPort,
    int ProxyPort,
    string? Home);
