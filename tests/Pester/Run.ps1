# Runs every Pester test on the built module. The last line holds the counts, and so does the report.
param(
    # The module Pester: its name or the path of its manifest.
    [string] $Pester = 'Pester',

    [string] $Report
)

$ErrorActionPreference = 'Stop'
Import-Module $Pester -MinimumVersion 5.0
$result = Invoke-Pester -Path $PSScriptRoot -PassThru
$count = [ordered]@{
    passed = $result.PassedCount
    failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    skipped = $result.SkippedCount + $result.NotRunCount
}
if ($Report) { $count | ConvertTo-Json | Set-Content $Report }
"Pester: $($count.passed) passed, $($count.failed) failed, $($count.skipped) skipped"
exit [int]($count.failed -gt 0)
