<#
.SYNOPSIS
The front door for people with PowerShell: the same verbs as build.sh.
.DESCRIPTION
demo     estimate, rent, check, train and fetch the results on a local Vast; costs nothing
build    build everything; the module is then in out/VastPS
test     every test; with -Fast without the slow ones
pester   the Pester tests on the built module
help     bring the metadata in docs/help up to date with the code
bench    accuracy [FILE.csv]: how well measured runs are estimated; speed: 10,000 offers; ssh, copy, far: beside the system's ssh and scp
accept   write the frozen lists (commands, error ids, package files) and docs/floors.md anew from the code
package  one archive of the module in out
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateSet('demo', 'build', 'test', 'pester', 'help', 'bench', 'accept', 'package')]
    [string] $Verb,

    [Parameter(Position = 1, ValueFromRemainingArguments)]
    [string[]] $Rest = @(),

    [switch] $Fast
)

$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

# Where there is bash, its door is this door too.
if (-not $IsWindows) {
    & ./build.sh $Verb @(if ($Fast) { '--fast' }) @Rest
    exit $LASTEXITCODE
}

$env:DOTNET_NOLOGO = $env:DOTNET_CLI_TELEMETRY_OPTOUT = $env:DOTNET_SKIP_FIRST_TIME_EXPERIENCE = '1'
$count = @{ passed = 0; failed = 0; skipped = 0 }

function Invoke-Tool {
    & $args[0] @($args | Select-Object -Skip 1)
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Invoke-Build {
    if (-not (Get-Command dotnet -ErrorAction Ignore)) {
        throw 'The .NET SDK 10 is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again.'
    }
    Invoke-Tool dotnet build VastPS.sln -c Release -warnaserror -v quiet
}

function Invoke-XUnit {
    $report = 'out/test-results/xunit.xml'
    Remove-Item $report -ErrorAction Ignore
    $filter = if ($Fast) { '--filter-not-trait', 'Speed=Slow' }
    & tests/VastPS.Tests/bin/Release/net10.0/VastPS.Tests.exe --results-directory (Join-Path $PWD 'out/test-results') `
        --report-xunit --report-xunit-filename xunit.xml @filter
    $ended = $LASTEXITCODE
    if (Test-Path $report) {
        foreach ($assembly in ([xml](Get-Content $report -Raw)).assemblies.assembly) {
            $count.passed += $assembly.passed
            $count.failed += [int]$assembly.failed + [int]$assembly.errors
            $count.skipped += $assembly.skipped
        }
    }
    if ($ended -ne 0 -and $count.failed -eq 0) { $count.failed = 1 }
}

function Invoke-PesterRun {
    if (-not (Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -ge 5 })) {
        'Pester did not run: Pester 5 was not found here. Type: Install-PSResource Pester' | Out-Host
        return
    }
    $line = pwsh -NoProfile -NonInteractive -File tests/Pester/Run.ps1 | Tee-Object -Variable all | Select-Object -Last 1
    $all | Out-Host
    if ($line -match '^Pester: (\d+) passed, (\d+) failed, (\d+) skipped$') {
        $count.passed += $Matches[1]; $count.failed += $Matches[2]; $count.skipped += $Matches[3]
    }
    else {
        $count.failed++
    }
}

function Complete-Count {
    $line = "$($count.passed) passed, $($count.failed) failed"
    if ($count.skipped -gt 0) { $line += ", $($count.skipped) skipped" }
    $line
    exit [int]($count.failed -gt 0)
}

switch ($Verb) {
    'demo' { Invoke-Build; Invoke-Tool tools/EngineHost/bin/Release/net10.0/EngineHost.exe -File examples/first-run.ps1 }
    'build' { Invoke-Build }
    'test' { Invoke-Build; Invoke-XUnit; Invoke-PesterRun; Complete-Count }
    'pester' { Invoke-Build; Invoke-PesterRun; Complete-Count }
    'help' { Invoke-Tool dotnet run --project tools/HelpMaker -c Release -v quiet -- --sync; Invoke-Build }
    'bench' { Invoke-Tool dotnet run --project bench/VastPS.Bench -c Release -v quiet -- @Rest }
    'accept' {
        Invoke-Build
        $env:VASTPS_ACCEPT = '1'
        Invoke-Tool tests/VastPS.Tests/bin/Release/net10.0/VastPS.Tests.exe --filter-trait Frozen=List
    }
    'package' {
        Invoke-Build
        $version = (Import-PowerShellDataFile VastPS.psd1).ModuleVersion
        Compress-Archive -Path out/VastPS -DestinationPath "out/VastPS-$version.zip" -Force
    }
}
