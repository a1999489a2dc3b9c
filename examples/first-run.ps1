<#
.SYNOPSIS
The main job of VastPS, from the estimate to the results at home, at no cost.

.DESCRIPTION
Runs against a local Vast: real HTTP, real ssh, no account and no cent. The same commands rent for real
once the first and the last line are gone and a key is in VAST_API_KEY (or: Connect-VastAccount).
What is trained is small (examples/train, POSIX shell and awk), but it really learns.

Only commands of VastPS, of the engine itself and git are used, so it runs in any PowerShell 7.4 or later.
#>
[CmdletBinding()]
param(
    # Where the project is made and the results go; emptied first.
    [string] $Place = "$PSScriptRoot/../out/first-run"
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module VastPS)) { Import-Module "$PSScriptRoot/../out/VastPS" }

# A project as everybody has one: the code in a repository, the data beside it.
if ([IO.Directory]::Exists($Place)) { [IO.Directory]::Delete($Place, $true) }
$project = [IO.Directory]::CreateDirectory("$Place/project").FullName
[IO.File]::Copy("$PSScriptRoot/train/train.sh", "$project/train.sh")
git -C $project init --quiet
git -C $project add .
git -C $project -c user.name=VastPS -c user.email=vastps@example.invalid commit --quiet --message 'Train a bigram model'
$commit = git -C $project rev-parse HEAD

# In this seed the cheapest machine that fits advertises gigabits and delivers 170 KB/s. Such hosts exist.
Start-VastSimulator -Seed 5 | Out-Default
try {
    '--- Who pays, and how much is left'
    Get-VastAccount | Out-Default

    '--- What is to be run: a 7B model, QLoRA, one GPU'
    $work = New-VastWorkload -Model Qwen/Qwen2.5-7B -Method QLoRA -SequenceLength 2048 -BatchSize 4 -Loss FusedLinear -Steps 3000 -DatasetGB 2
    $work | Out-Default

    '--- Which offers can run it, how long it takes and what it costs all-in: the cheapest first, before anything is spent'
    $plans = @(Get-VastOffer -GpuName 'RTX 4090' -GpuCount 1 -MinReliability 0.95 |
        Test-VastRunFit -Workload $work | Where-Object Fits |
        Measure-VastRun -Workload $work -First 10)
    $plans[0..3] | Out-Default

    # What an offer says are promises. So: rent, measure, and give back what fails before anything is set up on it.
    $box = $null
    $failed = @()
    foreach ($plan in $plans) {
        if ($plan.MachineId -in $failed) { continue }

        '--- Rent it, wait until ssh answers, hold it against what was promised'
        $box = $plan | New-VastInstance -Image pytorch/pytorch -MaxRuntime 8h -Confirm:$false | Wait-VastInstance -OnFailure Remove
        $box | Out-Default
        $checks = @($box | Test-VastInstance -MinMbps 100 -MinFreeGB 1 -FailFast)
        $checks | Out-Default
        if ($checks.Status -notcontains 'Fail') { break }

        '--- Not what was promised: give it back and take the next'
        $box | Remove-VastInstance -Confirm:$false
        $failed += $plan.MachineId
        $box = $null
    }

    if (-not $box) { throw 'No machine passed the checks. Next: lower -MinMbps, or wait for other offers.' }

    '--- Bring the code at its pinned commit, run its set-up, and send the data'
    $box | Initialize-VastInstance -Repository $project -Commit $commit -Path code/train -SetupCommand 'sh -n train.sh' | Out-Default
    $box | Send-VastItem "$PSScriptRoot/train/corpus.txt" code/train -PassThru | Out-Default

    '--- Fifty steps first: does the loss fall, is it finite, are the steps fast enough?'
    $smoke = $box | Invoke-VastSmokeTest -Command 'sh train.sh --max_steps 50 --output_dir smoke' -WorkingDirectory code/train -Expect 'loss falls'
    $smoke | Out-Default

    '--- It trains faster than a 7B model would: estimate again with the step time as measured'
    $plan = $box | Measure-VastRun -StepTime $smoke.StepTimeMedian -Steps 300
    $plan | Out-Default

    '--- Only then the real run. It goes on without us, and ends at its limit even if nobody watches'
    $run = $box | Start-VastRun -Name first-run -Command 'sh train.sh --max_steps 300' -WorkingDirectory code/train -MaxRuntime 8h -Estimate $plan -Smoke $smoke -CheckpointPath out -AbortIf 'loss > 8' -Confirm:$false
    $run | Out-Default

    '--- Watch it to its end, fetch the results, remove the box. The command returns when it is really gone'
    $end = $run | Wait-VastRun -OnFinish Remove -ReceivePath code/train/out -Destination "$Place/results" -Confirm:$false
    $end | Out-Default
    $end.Evidence

    '--- What came home'
    [IO.Directory]::GetFiles("$Place/results", '*', 'AllDirectories') | ForEach-Object { $_.Substring($Place.Length + 1) }

    '--- What it cost, and what is still rented (nothing)'
    Get-VastCost | Out-Default
    $left = @(Get-VastInstance)
    "instances left: $($left.Count)"
}
finally {
    # Whatever happened above: nothing of this run stays rented.
    Get-VastInstance -Mine | Remove-VastInstance -Confirm:$false
    Stop-VastSimulator
}
