#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# The story of examples/first-run.ps1 on the packed module, as a user with pwsh meets it.
BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '..' '..' 'out' 'VastPS') -Force
    $script:simulator = Start-VastSimulator -WarningAction SilentlyContinue
}

AfterAll {
    Stop-VastSimulator
    Remove-Module VastPS
}

Describe 'The main job' {
    It 'knows the account of the simulator' {
        $account = Get-VastAccount
        $account.Credit | Should -BeGreaterThan 0
        $account.MaskedKey | Should -Not -BeLike "*$env:VAST_API_KEY*"
    }

    It 'finds offers that fit, rents one, proves it, and gives it back' {
        $work = New-VastWorkload -Model Qwen/Qwen2.5-7B -Method QLoRA -SequenceLength 2048 -BatchSize 4 -Loss FusedLinear -Steps 3000 -DatasetGB 2
        $fit = Get-VastOffer -GpuName 'RTX 4090' -GpuCount 1 -OrderBy PricePerHour |
            Test-VastRunFit -Workload $work | Where-Object Fits |
            Select-Object -First 1
        $fit.OfferId | Should -BeGreaterThan 0

        $box = $fit | New-VastInstance -Image pytorch/pytorch -MaxRuntime 1h -Confirm:$false | Wait-VastInstance
        $box.State | Should -Be 'Running'
        ($box | Test-VastBandwidth -SampleCount 1 -SampleTime 1s).Measured | Should -BeGreaterThan 0
        ($box | Invoke-VastCommand 'nvidia-smi -L').Stdout | Should -BeLike 'GPU 0:*'

        $box | Remove-VastInstance -Confirm:$false
        Get-VastInstance | Should -BeNullOrEmpty
        $cost = Get-VastCost -InstanceId $box.InstanceId
        $cost.IsClosed | Should -BeTrue
        $cost.BurnPerHour | Should -Be 0
    }

    It 'rents nothing under -WhatIf' {
        Get-VastOffer -First 1 | New-VastInstance -Image pytorch/pytorch -MaxRuntime 1h -WhatIf
        Get-VastInstance | Should -BeNullOrEmpty
    }

    It 'rents in parallel runspaces only from the simulator' {
        $offers = @(Get-VastOffer -First 2)
        $boxes = $offers | ForEach-Object -Parallel {
            Import-Module $using:PSScriptRoot/../../out/VastPS
            $_ | New-VastInstance -Image pytorch/pytorch -MaxRuntime 1h -Confirm:$false
        }
        @($boxes).Count | Should -BeGreaterThan 0
        @(Get-VastInstance).Count | Should -Be @($boxes).Count
        $boxes | ForEach-Object { Remove-VastInstance -InstanceId $_.InstanceId -Confirm:$false }
        Get-VastInstance | Should -BeNullOrEmpty
    }
}

Describe 'Help and views' {
    It 'shows our help for <_>' -ForEach @('Get-VastOffer', 'New-VastInstance', 'Test-VastBandwidth') {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -BeLike "*$_ *[[]*"
        @($help.Examples.Example).Count | Should -BeGreaterThan 1
    }

    It 'shows offers as a table that fits 120 columns' {
        $text = Get-VastOffer -First 3 | Format-Table | Out-String -Width 120
        $text | Should -Match 'USD/h'
    }
}
