<#
.SYNOPSIS
Five evenings that VastPS does not lose, each on a local Vast, at no cost.

.DESCRIPTION
A model that does not fit, a host with 170 KB/s, a training that turns to NaN, a run that is three times slower than
its estimate, and a box that is forgotten. Each is found by its own command, before it costs more than minutes. The script
ends with an error where one of them is not.

Only commands of VastPS and of the engine itself are used, so it runs in any PowerShell 7.4 or later.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if (-not (Get-Module VastPS)) { Import-Module "$PSScriptRoot/../out/VastPS" }

function Assert-Verdict([string] $What, [bool] $Found) {
    if (-not $Found) { throw "The guard rail did not hold: $What" }
    "=> $What"
}

$simulator = Start-VastSimulator -Seed 5
$simulator | Out-Default
try {
    '--- 1. A model that does not fit: known before anything is rented'
    $offers = Get-VastOffer -GpuName 'RTX 4090' -GpuCount 1 -MinReliability 0.95 -OrderBy PricePerHour
    $fit = $offers[0] | Test-VastRunFit -Workload (New-VastWorkload -Model Qwen/Qwen2.5-7B -Method Full -SequenceLength 2048 -BatchSize 4)
    $fit | Out-Default
    Assert-Verdict 'the model is too large for the card, and the advice says what would help' ($fit.Verdict -eq 'TooSmall' -and $fit.Advice)

    '--- 2. A host with 170 KB/s that advertises gigabits: known half a minute after it came up'
    $box = $offers[0] | New-VastInstance -Image pytorch/pytorch -MaxRuntime 2h -Confirm:$false | Wait-VastInstance
    $check = $box | Test-VastBandwidth -MinMbps 100
    $check | Out-Default
    Assert-Verdict 'the host is too slow; it is given back' ($check.Status -eq 'Fail')
    $box | Remove-VastInstance -Confirm:$false

    '--- 3. A training that turns to NaN: known within its first steps'
    $box = @($offers | Where-Object MachineId -ne $box.MachineId)[0] |
        New-VastInstance -Image pytorch/pytorch -DiskGB 40 -MaxRuntime 2h -Confirm:$false | Wait-VastInstance
    $box | Send-VastItem "$PSScriptRoot/train" code -Recurse
    $train = 'sh code/train/train.sh'
    $smoke = $box | Invoke-VastSmokeTest -Command "$train --learning_rate 10000"
    $smoke.Reasons | Out-Default
    Assert-Verdict 'the smoke test failed' (-not $smoke.Passed)
    try { $run = $box | Start-VastRun -Command "$train --learning_rate 10000" -MaxRuntime 1h -Smoke $smoke -Confirm:$false }
    catch { $run = $null; $_.Exception.Message }
    Assert-Verdict 'the real run was not started' (-not $run)

    '--- 4. A run that is three times slower than its estimate: known in its first minute'
    $smoke = $box | Invoke-VastSmokeTest -Command $train -Expect 'loss falls'
    Assert-Verdict 'the smoke test passed' $smoke.Passed
    $plan = $box | Measure-VastRun -Workload (New-VastWorkload -Model Qwen/Qwen2.5-0.5B -Method LoRA -Steps 2000) -StepTime $smoke.StepTimeMedian
    $null = $box | Test-VastInstance -MinMbps 100 -MinFreeGB 1
    $run = $box | Start-VastRun -Name slow -Command "$train --max_steps 2000 --step_seconds 0.1" -MaxRuntime 2h -Estimate $plan -Smoke $smoke -Confirm:$false
    $end = $run | Wait-VastRun
    $end.Evidence | Out-Default
    Assert-Verdict 'the run contradicts its estimate; nothing was ended behind our back' ($end.Outcome -eq 'Contradicted')
    $run | Stop-VastRun -Confirm:$false

    '--- 5. A box that nobody uses any more: found by what it does, not by what it says'
    [Threading.Thread]::Sleep(5000)
    $idle = @($box | Get-VastIdleInstance -For 4s)
    $idle | Out-Default
    if ($simulator.LoginUser -eq 'root' -or $idle) {
        Assert-Verdict 'the box is idle; it is removed' ($idle.InstanceId -contains $box.InstanceId)
    }
    else {
        # Without root a box of the simulator cannot be shut off: all that you run here counts as its work.
        '=> this computer is busy, so the box is not called idle; it is removed all the same'
    }

    $box | Remove-VastInstance -Confirm:$false
    Assert-Verdict 'nothing is rented any more' (-not (Get-VastInstance))
}
finally {
    Get-VastInstance -Mine | Remove-VastInstance -Confirm:$false
    Stop-VastSimulator
}
