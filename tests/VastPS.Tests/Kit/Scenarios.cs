namespace VastPS.Tests.Kit;

/// <summary>
/// One natural use of each command that can meet a server, in the order of a life. $key, $uri, $offer and $box are set
/// by the test; $box is an instance that runs. A line ends with its command, so that a test can add switches to it.
/// </summary>
internal static class Scenarios
{
    public const string Workload =
        "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -VocabSize 32000 -Method LoRA";

    private const string Rent = "New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20";

    // Makes a commit on the box; its hash is always the same.
    private const string Commit =
        "export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z; git init -q code; "
        + "git -C code -c user.name=me -c user.email=me@example.com commit -q --allow-empty -m x";

    public static IReadOnlyList<(string Command, string Script)> All { get; } =
    [
        ("Connect-VastAccount", "Connect-VastAccount $key -Uri $uri"),
        ("Get-VastAccount", "Get-VastAccount"),
        ("Get-VastOffer", "Get-VastOffer -GpuCount 1 -First 2"),
        ("New-VastInstance", $"$offer | {Rent} -Environment @{{ A = 'b' }} -Confirm:$false"),
        ("Get-VastInstance", "Get-VastInstance"),
        ("Wait-VastInstance", "$box | Wait-VastInstance -Timeout 20s"),
        ("Invoke-VastCommand", "$box | Invoke-VastCommand 'env; ls -a'"),
        ("Test-VastBandwidth", "$box | Test-VastBandwidth -SampleCount 1 -SampleTime 1s"),
        ("Initialize-VastInstance", $"$place = ($box | Invoke-VastCommand '{Commit}; pwd').Stdout; $box | Initialize-VastInstance \"file://$place/code\" 47fad5cf -Path copy -SetupCommand 'env'"),
        ("Get-VastCost", "$box | Get-VastCost"),
        ("Stop-VastInstance", "$box | Stop-VastInstance -Confirm:$false"),
        ("Start-VastInstance", "$box | Start-VastInstance -Confirm:$false"),
        ("Remove-VastInstance", "$box | Remove-VastInstance -Confirm:$false"),
        ("Disconnect-VastAccount", "Disconnect-VastAccount"),
    ];

    /// <summary>Commands that speak to no server of the account.</summary>
    public static IReadOnlyList<(string Command, string Script)> Alone { get; } =
    [
        ("New-VastWorkload", Workload),
        ("Test-VastRunFit", $"$offer | Test-VastRunFit -Workload ({Workload})"),
        ("Start-VastSimulator", "Start-VastSimulator"),
        ("Get-VastSimulator", "Get-VastSimulator"),
        ("Stop-VastSimulator", "Stop-VastSimulator"),
    ];

    /// <summary>Commands on the box whose lines are still to be written. The list only shrinks: a new command gets a line.</summary>
    public static IReadOnlyList<string> Owed { get; } =
    [
        "Get-VastIdleInstance", "Get-VastRun", "Get-VastRunMetric", "Get-VastSshConfig", "Invoke-VastSmokeTest", "Measure-VastRun",
        "Receive-VastItem", "Receive-VastRunLog", "Remove-VastSshConfig", "Send-VastItem", "Start-VastRun", "Stop-VastRun",
        "Test-VastDisk", "Test-VastGpu", "Test-VastInstance", "Test-VastMemory", "Update-VastSshConfig", "Wait-VastRun",
    ];

    public static IEnumerable<string> Missing =>
        CmdletHost.Cmdlets.Select(House.Law.CommandName).Except([.. All.Concat(Alone).Select(s => s.Command), .. Owed]);
}
