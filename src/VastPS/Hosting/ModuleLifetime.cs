using System.Management.Automation;

namespace VastPS.Hosting;

/// <summary>Takes down with the module, and with the process, what the module started.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int s_watching;

    /// <inheritdoc />
    public void OnImport()
    {
        if (Interlocked.Exchange(ref s_watching, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Close();
        }
    }

    /// <inheritdoc />
    public void OnRemove(PSModuleInfo psModuleInfo) => Close();

    private static void Close() => SimulatorHost.StopAsync().Wait(TimeSpan.FromSeconds(5));
}
