<#
.SYNOPSIS
Every verb of the build. build.sh comes here too, where there is no PowerShell yet.
.DESCRIPTION
demo      estimate, rent, check, train and fetch the results on a local Vast; costs nothing
build     build everything; the module is then in out/VastPS
test      every test; with --fast without the slow ones; other options go to the test program
pester    the Pester tests on the built module
help      bring the metadata in docs/help and docs/errors.md up to date with the code
bench     accuracy [FILE.csv]: how well measured runs are estimated; speed: 10,000 offers; logs: 100 MB logs;
           state: 100,000 lines in each state file; watch: 1,000 runs for a simulated month; longlog: a log of 5 GB;
           ssh, copy, far: beside the system's ssh and scp
accept    write from the cmdlet types what is not to be typed twice: help metadata, CmdletsToExport, the frozen lists, docs/floors.md
package   one archive of the module in out
soak      10,000 random sequences of commands, faults, kills and stops, against the simulator's books; VASTPS_SEED=n types one again
mutants   how many small changes of the code the tests notice; no option: rules and flows for 30 minutes; --help: the options
#>
param(
    [ArgumentCompletions('demo', 'build', 'test', 'pester', 'help', 'bench', 'accept', 'package', 'soak', 'mutants')]
    [string] $Verb,

    [switch] $Fast
)

$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
[Environment]::CurrentDirectory = $PSScriptRoot

# All of it runs in the PowerShell that the manifest pins. From another one the way leads through the front door.
$pinned = (Get-Content .config/dotnet-tools.json -Raw | ConvertFrom-Json).tools.powershell.version
if ($PSHOME -notlike "*powershell?$pinned?tools*") {
    $all = @($Verb; if ($Fast) { '--fast' }; $args)
    if (-not $IsWindows) {
        & ./build.sh @all
    }
    elseif (-not (Get-Command dotnet -ErrorAction Ignore)) {
        throw 'The .NET SDK 10 is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and type this again.'
    }
    else {
        dotnet tool restore
        if ($LASTEXITCODE -eq 0) { dotnet tool run pwsh -- -NoProfile -NonInteractive -File $PSCommandPath @all }
    }
    exit $LASTEXITCODE
}

$tests = 'tests/VastPS.Tests'
$results = Join-Path $PWD out test-results
$count = @{ passed = 0; failed = 0; skipped = 0 }

# A program with our own input and output, so that each line shows at once. What hangs is ended, and all that it started.
function Invoke-Program([string] $Path, [string[]] $Arguments, [timespan] $Limit = '1.00:00') {
    $start = [Diagnostics.ProcessStartInfo]::new($Path, $Arguments)
    # This shell's own folders of modules are nobody else's business.
    [void]$start.Environment.Remove('PSModulePath')
    $process = [Diagnostics.Process]::Start($start)
    if ($process.WaitForExit($Limit)) { return $process.ExitCode }
    $process.Kill($true)
    [Console]::Error.WriteLine("$Path did not end within $($Limit.TotalMinutes) minutes.")
    return 124
}

function Invoke-Shell([string[]] $Arguments, [timespan] $Limit = '1.00:00') {
    if ([Console]::IsOutputRedirected) { $env:NO_COLOR = '1' }
    Invoke-Program dotnet @("$PSHOME/pwsh.dll", '-NoLogo', '-NoProfile'; $Arguments) $Limit
}

function Confirm-Program {
    $code = Invoke-Program @args
    if ($code -ne 0) { exit $code }
}

function Get-Program([string] $Project) {
    Join-Path $Project bin Release net10.0 "$(Split-Path $Project -Leaf)$(if ($IsWindows) { '.exe' })"
}

function Build-All {
    Confirm-Program dotnet @('build', 'VastPS.sln', '-c', 'Release', '-warnaserror', '-v', 'quiet')
}

function Sync-Help {
    Confirm-Program dotnet @('run', '--project', 'tools/HelpMaker', '-c', 'Release', '-v', 'quiet', '--', '--sync')
}

# Tests that want a program which is not here are skipped by name (Kit/NeedsAttribute.cs). Where none may be missing, as in
# .ci/run, each of them is a failure.
function Show-MissingPrograms($Assembly) {
    $missing = @($Assembly.SelectNodes('.//test[@result="Skip"]') | Where-Object { "$($_.reason.InnerText)" -like '*Needs=*' })
    foreach ($test in $missing) { [Console]::Error.WriteLine("Not run: $($test.name) ($($test.reason.InnerText))") }
    if ($env:VASTPS_NEEDS_ALL -eq 'true') {
        $count.failed += $missing.Count
        $count.skipped -= $missing.Count
    }
}

function Invoke-XUnit {
    $report = Join-Path $results xunit.xml
    Remove-Item $report -ErrorAction Ignore
    # Most tests wait for boxes and processes, not for a processor.
    $options = @(
        '--results-directory', $results, '--report-xunit', '--report-xunit-filename', 'xunit.xml'
        '--long-running', '120', '--xunit-diagnostics', 'on', '--max-threads', '2x'
        if ($Fast) { '--filter-not-trait', 'Speed=Slow' }
        if ([Console]::IsOutputRedirected) { '--no-progress', '--no-ansi' }
        $args
    )
    $code = Invoke-Program (Get-Program $tests) $options '00:30'
    if (Test-Path $report) {
        foreach ($assembly in ([xml](Get-Content $report -Raw)).assemblies.assembly) {
            $count.passed += $assembly.passed
            $count.failed += [int]$assembly.failed + [int]$assembly.errors
            $count.skipped += $assembly.skipped
            Show-MissingPrograms $assembly
        }
    }
    else {
        [Console]::Error.WriteLine('The tests ended without a report.')
        $count.failed++
    }

    # A run that fails without a failed test (no test at all, a crash at the end) is a failure too.
    if ($code -ne 0 -and $count.failed -eq 0) { $count.failed = 1 }
}

function Invoke-PesterRun {
    $report = Join-Path $results pester.json
    Remove-Item $report -ErrorAction Ignore
    $null = New-Item $results -ItemType Directory -Force
    $pester = dotnet msbuild $tests -getProperty:PesterModule
    $code = Invoke-Shell @('-NonInteractive', '-File', 'tests/Pester/Run.ps1', '-Pester', $pester, '-Report', $report) '00:10'
    if (Test-Path $report) {
        $ended = Get-Content $report -Raw | ConvertFrom-Json
        foreach ($name in @($count.Keys)) { $count[$name] += $ended.$name }
    }
    if (-not (Test-Path $report) -or ($code -ne 0 -and $count.failed -eq 0)) {
        [Console]::Error.WriteLine('Pester ended without its counts.')
        $count.failed++
    }
}

function Complete-Count {
    "$($count.passed) passed, $($count.failed) failed$(if ($count.skipped -gt 0) { ", $($count.skipped) skipped" })"
    exit [int]($count.failed -gt 0)
}

switch ($Verb) {
    'demo' { Build-All; exit (Invoke-Shell @('-File', 'examples/first-run.ps1'; $args)) }
    'build' { Build-All }
    'test' { Build-All; Invoke-XUnit @args; Invoke-PesterRun; Complete-Count }
    'pester' { Build-All; Invoke-PesterRun; Complete-Count }
    'help' { Sync-Help; Build-All }
    'accept' {
        Sync-Help
        Build-All
        $env:VASTPS_ACCEPT = '1'
        Confirm-Program (Get-Program $tests) @('--filter-trait', 'Frozen=List')
        # The package holds the manifest.
        Build-All
        git --no-pager diff --stat -- build docs VastPS.psd1
    }
    'bench' {
        Confirm-Program dotnet @('build', 'bench/VastPS.Bench', '-c', 'Release', '-warnaserror', '-v', 'quiet')
        Confirm-Program (Get-Program bench/VastPS.Bench) $args
    }
    'package' {
        Build-All
        $version = (Import-PowerShellDataFile VastPS.psd1).ModuleVersion
        Confirm-Program tar @('-czf', "out/VastPS-$version.tar.gz", '-C', 'out', "VastPS/$version")
        "out/VastPS-$version.tar.gz"
    }
    'soak' {
        Build-All
        # The test that has 500 of them in the gate.
        $env:VASTPS_SEQUENCES ??= '10000'
        Confirm-Program (Get-Program $tests) @('--filter-class', '*MoneyModelTests', '--no-progress')
    }
    'mutants' {
        Build-All
        Confirm-Program (Get-Program tools/Mutants) $args
    }
    default {
        (Get-Help $PSCommandPath).description.Text
        if ($Verb) { [Console]::Error.WriteLine("There is no verb '$Verb'.") }
        exit [int][bool]$Verb
    }
}
