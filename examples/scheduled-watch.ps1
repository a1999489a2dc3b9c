<#
.SYNOPSIS
Watches runs to their end without anybody there; the exit code tells how they ended.

.DESCRIPTION
For cron, a systemd timer or the Task Scheduler. It only watches: it never starts anything again, and it can be killed
and started anew at any time with the same answer. 0: every run completed. Otherwise the code of the first that did not:
124 TimedOut, 75 Stalled, 76 Contradicted, 77 Removed, 78 LostContact, 79 Incomplete, 80 where -Timeout ended the watching,
else the exit code of the run's own command.

The key comes from VAST_API_KEY or the official client's key file; never write it into the task.

.EXAMPLE
pwsh -NonInteractive -File scheduled-watch.ps1 -Name llama-try-2 -OnFinish Remove -ReceivePath work/out -Destination ./results

cron:      @reboot  pwsh -NonInteractive -File ~/scheduled-watch.ps1 -Name llama-try-2 -OnFinish Stop >> ~/watch.log 2>&1
systemd:   systemd-run --user pwsh -NonInteractive -File ~/scheduled-watch.ps1 -Name llama-try-2 -OnFinish Stop
Windows:   Register-ScheduledTask llama -Trigger (New-ScheduledTaskTrigger -AtLogOn) -Action (New-ScheduledTaskAction -Execute pwsh -Argument '-NonInteractive -File scheduled-watch.ps1 -Name llama-try-2 -OnFinish Stop')
#>
[CmdletBinding()]
param(
    # Names of the runs, wildcards allowed; a scheduler hands several over as one text with commas.
    [Parameter(Mandatory)] [string[]] $Name,

    # What becomes of the box afterwards: Keep, Stop or Remove.
    [string] $OnFinish = 'Keep',

    # Files and folders of the box to fetch before that.
    [string[]] $ReceivePath,

    # Where they go.
    [string] $Destination = '.',

    # After so long the watching ends, and no run does: 1h, 30m.
    [string] $Timeout,

    # A file for a line at each look.
    [string] $LogPath
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module VastPS)) { Import-Module "$PSScriptRoot/../out/VastPS" }

$watch = @{ Name = $Name -split ','; OnFinish = $OnFinish; Confirm = $false }
if ($ReceivePath) { $watch += @{ ReceivePath = $ReceivePath; Destination = $Destination } }
if ($Timeout) { $watch.Timeout = $Timeout }
if ($LogPath) { $watch.LogPath = $LogPath }

$code = 0
Wait-VastRun @watch | ForEach-Object {
    "$([datetime]::Now.ToString('s'))  $($_.Name): $($_.Outcome ?? $_.State), exit $($_.ExitCode), $($_.Duration), $([math]::Round($_.Cost, 4)) USD. $($_.Evidence -join '; ')"
    if ($code -eq 0) { $code = $_.ExitCode }
}

exit $code
