using VastPS.Basics;

namespace VastPS;

/// <summary>A rented instance. Fields that the server did not send are null, never 0.</summary>
public sealed class VastInstance
{
    internal VastInstance()
    {
    }

    /// <summary>The instance.</summary>
    public long InstanceId { get; internal init; }

    /// <summary>The machine it runs on.</summary>
    public long? MachineId { get; internal init; }

    /// <summary>The host who owns the machine.</summary>
    public long? HostId { get; internal init; }

    /// <summary>The label as the server keeps it; empty where there is none.</summary>
    public string Label { get; internal init; } = "";

    /// <summary>The readable part of the label.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>True where VastPS created it: the label carries its mark.</summary>
    public bool IsMine { get; internal init; }

    /// <summary>When the run it was rented for must end, read from the label; null for instances VastPS did not create.</summary>
    public DateTimeOffset? Deadline { get; internal init; }

    /// <summary>What the container does; Unknown keeps its text in StateText.</summary>
    public VastInstanceState State { get; internal init; }

    /// <summary>The server's own word for the state.</summary>
    public string StateText { get; internal init; } = "";

    /// <summary>A word for the state in sentences: the server has none before the host has answered.</summary>
    internal string StateWord => Word(State, StateText);

    /// <summary>True where it waits for a start; also where it was stopped before it ever ran.</summary>
    internal bool IsHalted => State == VastInstanceState.Stopped || (ContractState == "stopped" && IntendedState == "stopped");

    /// <summary>The most that it can cost in USD per hour as it is: the GPU may be charged before the container runs.</summary>
    internal decimal? HighestPricePerHour => IsHalted && ContractState != "running" ? DiskPricePerHour : PricePerHour;

    /// <summary>What it costs as it is in USD per hour, without traffic; a GPU that may be charged counts.</summary>
    internal decimal BurnPerHour =>
        ((Meters & (VastMeters.Gpu | VastMeters.MaybeGpu)) != 0 ? GpuPricePerHour ?? PricePerHour - DiskPricePerHour ?? 0 : 0)
        + (Meters.HasFlag(VastMeters.Disk) ? DiskPricePerHour ?? 0 : 0);

    /// <summary>What a bid must be to win its GPUs now, in USD per hour; null where the server does not say.</summary>
    internal decimal? WinningBidPerHour { get; init; }

    /// <summary>How long the container has run, in whole minutes; null until the host reports it.</summary>
    internal TimeSpan? RunningFor { get; init; }

    /// <summary>What the server tries to reach: running, stopped or frozen.</summary>
    public string IntendedState { get; internal init; } = "";

    /// <summary>State of the contract: running, stopped or unloaded.</summary>
    public string ContractState { get; internal init; } = "";

    /// <summary>What the host last reported, such as the progress of the image pull.</summary>
    public string StatusMessage { get; internal init; } = "";

    /// <summary>GPU model as Vast spells it.</summary>
    public string? GpuName { get; internal init; }

    /// <summary>GPUs of the instance.</summary>
    public int? GpuCount { get; internal init; }

    /// <summary>Memory of one GPU in GiB.</summary>
    public double? VramGiB { get; internal init; }

    /// <summary>System RAM that this slice may use in GiB.</summary>
    public double? UsableRamGiB { get; internal init; }

    /// <summary>CPU cores of this slice.</summary>
    public double? UsableCores { get; internal init; }

    /// <summary>Rented disk in GB.</summary>
    public double? DiskGB { get; internal init; }

    /// <summary>Used disk in GB; null until the host reports it.</summary>
    public double? DiskUsedGB { get; internal init; }

    /// <summary>GPU use in percent; null until the host reports it.</summary>
    public double? GpuUtilization { get; internal init; }

    /// <summary>All-in price in USD per hour while running: GPUs and disk, without traffic.</summary>
    public decimal? PricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of the GPUs in USD per hour, charged while running.</summary>
    public decimal? GpuPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of the disk in USD per hour, charged until the instance is removed.</summary>
    public decimal? DiskPricePerHour { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of traffic to the instance in USD per GB.</summary>
    public decimal? DownPricePerGB { get; internal init => field = Usd.Round(value); }

    /// <summary>Price of traffic from the instance in USD per GB.</summary>
    public decimal? UpPricePerGB { get; internal init => field = Usd.Round(value); }

    /// <summary>True where it was rented by bid.</summary>
    public bool IsInterruptible { get; internal init; }

    /// <summary>Advertised download rate of the machine in Mbps.</summary>
    public double? DownMbps { get; internal init; }

    /// <summary>Advertised upload rate of the machine in Mbps.</summary>
    public double? UpMbps { get; internal init; }

    /// <summary>Highest CUDA version the driver supports.</summary>
    public decimal? CudaVersion { get; internal init; }

    /// <summary>CUDA compute capability.</summary>
    public decimal? ComputeCapability { get; internal init; }

    /// <summary>Driver version.</summary>
    public string? DriverVersion { get; internal init; }

    /// <summary>Memory bandwidth of one GPU in GB/s.</summary>
    public double? GpuMemoryGBps { get; internal init; }

    /// <summary>NVLink bandwidth in GB/s as Vast measured it; null where it did not, which says nothing about the board.</summary>
    public double? NvlinkGBps { get; internal init; }

    /// <summary>Share of the time the machine was up, 0 to 1.</summary>
    public double? Reliability { get; internal init; }

    /// <summary>Container image.</summary>
    public string? Image { get; internal init; }

    /// <summary>Region and country.</summary>
    public string? Location { get; internal init; }

    /// <summary>When the contract began.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>When the contract ends; a restart is impossible afterwards.</summary>
    public DateTimeOffset? ContractEnd { get; internal init; }

    /// <summary>Time since CreatedAt when the instance was read.</summary>
    public TimeSpan? Age { get; internal init; }

    /// <summary>
    /// What GPU and disk have cost so far in USD. For an instance that was rented from this computer it is computed from what was seen
    /// of it; for any other it is the age times what is charged now. One of those that is stopped now is counted as if it had always
    /// run, so the figure is the most that was charged.
    /// </summary>
    public decimal? CostSoFar { get; internal set => field = Usd.Round(value); }

    /// <summary>True where it is a box of the simulator: nothing of it is real, and nothing is charged.</summary>
    public bool IsSimulated { get; internal set; }

    /// <summary>What it was rented for: the estimate given when it was rented from this computer; null where none was.</summary>
    public VastRentalPurpose? RentedFor { get; internal set; }

    /// <summary>When the instance was read.</summary>
    public DateTimeOffset ReadAt { get; internal init; }

    /// <summary>
    /// Which meters run now: Gpu and Disk while the hardware is held, MaybeGpu and Disk while it is held and the container has not run
    /// yet, Disk alone otherwise, None once it is offline or gone.
    /// </summary>
    public VastMeters Meters { get; internal init; }

    /// <summary>Where ssh reaches it, in the order to try: direct, then the proxy. Empty until it runs.</summary>
    public IReadOnlyList<VastSshAddress> SshAddresses { get; internal init => field = Joined.Of(value); } = Joined.None<VastSshAddress>();

    /// <summary>Every field as the server sent it, without its keys and tokens, under the server's names.</summary>
    public IReadOnlyDictionary<string, object?> Raw { get; internal init; } = RawFields.None;

    internal static string Word(VastInstanceState state, string text) => state switch
    {
        VastInstanceState.Stopped => "stopped",
        VastInstanceState.Starting => "starting",
        _ => text.Length > 0 ? text : "provisioning",
    };

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"instance {InstanceId} '{Name}': {GpuCount}x {GpuName}, {StateWord}");
}
