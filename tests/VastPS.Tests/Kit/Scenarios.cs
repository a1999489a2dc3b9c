using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Kit;

/// <summary>
/// One natural use of each command that can meet a server or a file, in the order of a life. The test sets $key, $uri and
/// $offer; $box, an instance that runs; $run, a run on it; $link, something to download; $repo, a repository on the box;
/// and $here, a prepared folder.
/// A line ends with its command, so that a test can add switches to it.
/// </summary>
internal static class Scenarios
{
    public const string Workload =
        "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -VocabSize 32000 -Method LoRA";

    private const string Rent = "New-VastInstance -Image i -MaxRuntime 1h -DiskGB 20";

    /// <summary>Makes a repository with the commit 47fad5cf on a box and prints its folder; the hash is always the same.</summary>
    public const string MakeRepository =
        "export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z; git init -q code; "
        + "git -C code -c user.name=me -c user.email=me@example.com commit -q --allow-empty -m x; cd code; pwd";

    public static IReadOnlyList<(string Command, string Script)> All { get; } =
    [
        ("Connect-VastAccount", "Connect-VastAccount $key -Uri $uri"),
        ("Get-VastAccount", "Get-VastAccount"),
        ("Get-VastOffer", "Get-VastOffer -GpuCount 1 -First 2"),
        ("New-VastInstance", $"$offer | {Rent} -Environment @{{ A = 'b' }} -Confirm:$false"),
        ("Get-VastInstance", "Get-VastInstance"),
        ("Wait-VastInstance", "$box | Wait-VastInstance -Timeout 20s"),
        ("Test-VastGpu", "$box | Test-VastGpu"),
        ("Test-VastMemory", "$box | Test-VastMemory"),
        ("Test-VastDisk", "$box | Test-VastDisk -MinFreeGB 0.1"),
        ("Test-VastBandwidth", "$box | Test-VastBandwidth -SampleCount 1 -SampleTime 1s"),
        ("Test-VastInstance", "$box | Test-VastInstance -Uri $link -Summary"),
        ("Update-VastSshConfig", "$box | Update-VastSshConfig -Path $here/ssh/config"),
        ("Get-VastSshConfig", "Get-VastSshConfig -Path $here/ssh/config"),
        ("Remove-VastSshConfig", "Remove-VastSshConfig -All -Path $here/ssh/config"),
        ("Send-VastItem", "$box | Send-VastItem $here/train.sh code -PassThru"),
        ("New-VastSession", "$box | New-VastSession"),
        ("Get-VastSession", "Get-VastSession"),
        ("Invoke-VastCommand", "$box | Invoke-VastCommand 'env; ls -a'"),
        ("Enter-VastInstance", "$box | Enter-VastInstance"),
        ("Remove-VastSession", "Get-VastSession | Remove-VastSession"),
        ("Initialize-VastInstance", "$box | Initialize-VastInstance $repo 47fad5cf -Path copy -SetupCommand 'env'"),
        ("Invoke-VastSmokeTest", "$box | Invoke-VastSmokeTest 'sh ~/code/train.sh' -Steps 1"),
        ("Start-VastRun", "$box | Start-VastRun 'sh ~/code/train.sh' -MaxRuntime 1h -Environment @{ A = 'b' }"),
        ("Get-VastRun", "$run | Get-VastRun"),
        ("Receive-VastRunLog", "$run | Receive-VastRunLog"),
        ("Get-VastRunMetric", "$run | Get-VastRunMetric"),
        ("Stop-VastRun", "Stop-VastRun *"),
        ("Receive-VastItem", "$box | Receive-VastItem code/train.sh $here/back -PassThru"),
        ("Get-VastIdleInstance", "$box | Get-VastIdleInstance -For 1s"),
        ("Wait-VastRun", "$run | Wait-VastRun -OnFinish Stop -ReceivePath code -Destination $here -PollInterval 1s -LostAfter 4s"),
        (
            "Add-VastSshKey",
            "Add-VastSshKey -PublicKey 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPnXpNRxsVTAN9DjCLn/hd9QSBCEvAWkdHbSkTYpMMz me'"),
        ("Get-VastSshKey", "Get-VastSshKey"),
        ("Get-VastCost", "$box | Get-VastCost"),
        ("Stop-VastInstance", "$box | Stop-VastInstance -Confirm:$false"),
        ("Start-VastInstance", "$box | Start-VastInstance -Confirm:$false"),
        ("Remove-VastInstance", "$box | Remove-VastInstance -Confirm:$false"),
        ("Remove-VastSshKey", "Remove-VastSshKey 55100"),
        ("Disconnect-VastAccount", "Disconnect-VastAccount"),
    ];

    /// <summary>Of those, the ones that ask nobody but this computer.</summary>
    public static IReadOnlyList<string> Local { get; } =
        ["Disconnect-VastAccount", "Get-VastSshConfig", "Remove-VastSshConfig", "Get-VastSession", "Remove-VastSession"];

    /// <summary>Commands that speak to no server of the account.</summary>
    public static IReadOnlyList<(string Command, string Script)> Alone { get; } =
    [
        ("New-VastWorkload", Workload),
        ("Test-VastRunFit", $"$offer | Test-VastRunFit -Workload ({Workload})"),
        ("Measure-VastRun", $"$offer | Measure-VastRun -Workload ({Workload}) -Steps 100"),
        ("Unlock-VastSshKey", "Unlock-VastSshKey $env:VASTPS_KEY_PATH -Passphrase $key"),
        ("Start-VastSimulator", "Start-VastSimulator"),
        ("Get-VastSimulator", "Get-VastSimulator"),
        ("Stop-VastSimulator", "Stop-VastSimulator"),
    ];

    public static IEnumerable<string> Missing =>
        CmdletHost.Cmdlets.Select(House.Law.CommandName).Except(All.Concat(Alone).Select(s => s.Command));

    /// <summary>Puts into a folder what the lines send; returns it.</summary>
    public static string Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "train.sh"), "echo step 1 loss 2\n");
        return folder;
    }

    /// <summary>Notes a run of an instance as if it had been started from here.</summary>
    public static async Task<VastRun> NoteRunAsync(string server, long instanceId)
    {
        string id = "run-" + Guid.NewGuid().ToString("N");
        var run = new RunRecord(id, id, instanceId, "sh code/train.sh", TimeProvider.System.GetUtcNow());
        await new RunStore(TimeProvider.System).OpenAsync(server, run, default);
        return RunView.Of(run, run.StartedAt);
    }
}
