# Opens the module's own load context and imports the cmdlets from it.
# Only language and core commands here: it must also work where Add-Type and Update-FormatData do not exist.
$bin = [IO.Path]::Combine([IO.Path]::GetDirectoryName($PSScriptRoot), 'bin')
if (-not [IO.File]::Exists([IO.Path]::Combine($bin, 'VastPS.Loader.dll'))) {
    throw "VastPS is not built here. Type: ./build.sh build   then   Import-Module ./out/VastPS"
}

[void][Reflection.Assembly]::LoadFrom([IO.Path]::Combine($bin, 'VastPS.Loader.dll'))
$main = [VastPS.Loader.ModuleContext]::Open($bin)
$inner = Import-Module -Assembly $main -PassThru

# A second import does not export cmdlets of an assembly that is already loaded (PowerShell issue 20710).
$add = [Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [Reflection.BindingFlags]'Instance, NonPublic')
if ($null -eq $add) {
    $Host.UI.WriteWarningLine('This PowerShell cannot import VastPS a second time in one session. Start a new one instead of using -Force.')
}
else {
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        [void]$add.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
