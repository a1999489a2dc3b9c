# Runs every Pester test on the built module. The last line holds the counts.
$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$result = Invoke-Pester -Path $PSScriptRoot -PassThru
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"Pester: $($result.PassedCount) passed, $failed failed, $($result.SkippedCount + $result.NotRunCount) skipped"
exit [int]($failed -gt 0)
