<#
.SYNOPSIS
The main job of VastPS, from search to removal, at no cost.

.DESCRIPTION
Runs against a local Vast: real HTTP, real ssh, no account and no cent. The same commands rent for real
once the first and the last line are gone and a key is in VAST_API_KEY (or: Connect-VastAccount).

Only commands of VastPS and of the engine itself are used, so it runs in any PowerShell 7.4 or later.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if (-not (Get-Module VastPS)) { Import-Module "$PSScriptRoot/../out/VastPS" }

# In this seed the cheapest machine that fits advertises gigabits and delivers 170 KB/s. Such hosts exist.
Start-VastSimulator -Seed 5 | Out-Default
try {
    '--- Who pays, and how much is left'
    Get-VastAccount | Out-Default

    '--- What is to be run: a 7B model, QLoRA, one GPU'
    $work = New-VastWorkload -Model Qwen/Qwen2.5-7B -Method QLoRA -SequenceLength 2048 -BatchSize 4 -Loss FusedLinear -Steps 3000 -DatasetGB 2
    $work | Out-Default

    '--- Which offers can run it: VRAM, system RAM and disk, before anything is spent'
    $fits = @(Get-VastOffer -GpuName 'RTX 4090' -GpuCount 1 -MinReliability 0.95 -OrderBy PricePerHour |
        Test-VastRunFit -Workload $work |
        Where-Object Fits)
    "$($fits.Count) offers fit; the cheapest:"
    $fits[0..4] | Out-Default

    # Advertised rates are promises. So: rent, measure, and give back what is too slow before anything is set up on it.
    $box = $null
    $tooSlow = @()
    foreach ($fit in $fits) {
        if ($fit.MachineId -in $tooSlow) { continue }

        '--- Rent it, wait until ssh answers, measure its downloads'
        $box = $fit | New-VastInstance -Image pytorch/pytorch -MaxRuntime 8h -Confirm:$false | Wait-VastInstance -OnFailure Remove
        $box | Out-Default
        $check = $box | Test-VastBandwidth -MinMbps 100 -SizeGB 18 -SampleCount 2
        $check | Out-Default
        if ($check.Status -ne 'Fail') { break }

        '--- Too slow: give it back and take the next'
        $box | Remove-VastInstance -Confirm:$false
        $tooSlow += $fit.MachineId
        $box = $null
    }

    if (-not $box) { throw 'No machine was fast enough. Next: lower -MinMbps, or wait for other offers.' }

    '--- Look at the GPU'
    ($box | Invoke-VastCommand 'nvidia-smi -L').Stdout

    '--- Done: remove it. The command returns when the box is really gone'
    $box | Remove-VastInstance -Confirm:$false

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
