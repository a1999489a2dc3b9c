using System.Management.Automation;
using System.Management.Automation.Runspaces;
using VastPS.Features.Simulation;
using VastPS.Kernel.Shell;

namespace VastPS.Composition;

/// <summary>Takes down with the module, and with the process, what the module started.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static int s_watching;

    /// <inheritdoc />
    public void OnImport()
    {
        if (Interlocked.Exchange(ref s_watching, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => SimulatorHost.StopAsync().Wait(s_patience);
        }
    }

    /// <inheritdoc />
    public void OnRemove(PSModuleInfo psModuleInfo) =>
        Task.WhenAll(RunspaceServices.CloseAsync(Runspace.DefaultRunspace), SimulatorHost.StopAsync()).Wait(s_patience);
}
