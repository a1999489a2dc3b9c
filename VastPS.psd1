@{
    RootModule           = 'module/VastPS.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0f4b1c-6a0e-4f0e-9c55-3d1f3a7e2b90'
    Author               = 'The VastPS authors'
    CompanyName          = 'VastPS'
    Copyright            = '(c) The VastPS authors. MIT licence.'
    Description          = 'Rent GPUs on Vast.ai from PowerShell without losing an evening or a hundred dollars: estimate before renting, measure before trusting, watch without babysitting, stop the meter when done.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/VastPS.Format.ps1xml')
    TypesToProcess       = @('module/VastPS.Types.ps1xml')
    CmdletsToExport      = @(
        'Add-VastSshKey'
        'Connect-VastAccount'
        'Disconnect-VastAccount'
        'Enter-VastInstance'
        'Get-VastAccount'
        'Get-VastCost'
        'Get-VastIdleInstance'
        'Get-VastInstance'
        'Get-VastOffer'
        'Get-VastRun'
        'Get-VastRunCheckpoint'
        'Get-VastRunMetric'
        'Get-VastSession'
        'Get-VastSimulator'
        'Get-VastSshConfig'
        'Get-VastSshKey'
        'Initialize-VastInstance'
        'Invoke-VastCommand'
        'Invoke-VastSmokeTest'
        'Measure-VastRun'
        'New-VastInstance'
        'New-VastSession'
        'New-VastWorkload'
        'Receive-VastItem'
        'Receive-VastRunLog'
        'Remove-VastInstance'
        'Remove-VastSession'
        'Remove-VastSshConfig'
        'Remove-VastSshKey'
        'Send-VastItem'
        'Set-VastRun'
        'Show-VastRunMetric'
        'Start-VastInstance'
        'Start-VastRun'
        'Start-VastSimulator'
        'Stop-VastInstance'
        'Stop-VastRun'
        'Stop-VastSimulator'
        'Test-VastBandwidth'
        'Test-VastDisk'
        'Test-VastGpu'
        'Test-VastInstance'
        'Test-VastMemory'
        'Test-VastRun'
        'Test-VastRunFit'
        'Unlock-VastSshKey'
        'Update-VastSshConfig'
        'Wait-VastInstance'
        'Wait-VastRun'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('VastAI', 'GPU', 'MachineLearning', 'SSH', 'Cloud', 'PSEdition_Core', 'Linux')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
