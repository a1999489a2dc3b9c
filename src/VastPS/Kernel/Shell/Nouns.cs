namespace VastPS.Kernel.Shell;

/// <summary>The nouns of the commands, each once.</summary>
internal static class Nouns
{
    /// <summary>Where Get-Help -Online leads; the name of the command follows.</summary>
    internal const string Help = "https://www.powershellgallery.com/packages/VastPS#";

    public const string Account = "VastAccount";
    public const string Offer = "VastOffer";
    public const string Workload = "VastWorkload";
    public const string RunFit = "VastRunFit";
    public const string Instance = "VastInstance";
    public const string Template = "VastTemplate";
    public const string Volume = "VastVolume";
    public const string EnvironmentVariable = "VastEnvironmentVariable";
    public const string InstanceLog = "VastInstanceLog";
    public const string Command = "VastCommand";
    public const string Session = "VastSession";
    public const string Bandwidth = "VastBandwidth";
    public const string Gpu = "VastGpu";
    public const string Memory = "VastMemory";
    public const string Disk = "VastDisk";
    public const string SshConfig = "VastSshConfig";
    public const string SshKey = "VastSshKey";
    public const string SmokeTest = "VastSmokeTest";
    public const string Cost = "VastCost";
    public const string IdleInstance = "VastIdleInstance";
    public const string Run = "VastRun";
    public const string RunLog = "VastRunLog";
    public const string RunCheckpoint = "VastRunCheckpoint";
    public const string RunMetric = "VastRunMetric";
    public const string Item = "VastItem";
    public const string Simulator = "VastSimulator";
}
