# The packed module as a user of pwsh meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $package = Join-Path $root 'out/VastPS'
    $manifest = Import-PowerShellDataFile (Join-Path $root 'VastPS.psd1')
    Import-Module $package -Force
}

AfterAll {
    Remove-Module VastPS
}

Describe 'The packed module' {
    It 'has a manifest that PowerShell accepts' {
        $path = Join-Path $package $manifest.ModuleVersion 'VastPS.psd1'
        (Test-ModuleManifest $path).Version | Should -Be $manifest.ModuleVersion
    }

    It 'exports the commands of its manifest' {
        (Get-Command -Module VastPS).Name | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'keeps its commands after a second import' {
        Import-Module $package -Force
        (Get-Command -Module VastPS).Count | Should -Be $manifest.CmdletsToExport.Count
    }

    It 'shows its own help' {
        foreach ($command in Get-Command -Module VastPS) {
            (Get-Help $command.Name).description.Text | Should -Not -BeNullOrEmpty -Because "of $($command.Name)"
        }
    }
}
