using System.Reflection;
using System.Runtime.Loader;

namespace VastPS.Loader;

/// <summary>
/// The module's own load context, so that its SSH.NET and Newtonsoft.Json never meet another module's copies.
/// This assembly is the only one of ours in the default context: once loaded it cannot be replaced, so it stays frozen.
/// </summary>
public sealed class ModuleContext : AssemblyLoadContext
{
    private static readonly object s_gate = new();
    private static Assembly? s_main;

    private readonly string _bin;

    private ModuleContext(string bin)
        : base("VastPS", isCollectible: false) => _bin = bin;

    /// <summary>Loads the module's main assembly, once per process.</summary>
    /// <param name="bin">The folder that holds VastPS.dll and everything it brings along.</param>
    /// <returns>The main assembly, always the same one.</returns>
    public static Assembly Open(string bin)
    {
        lock (s_gate)
        {
            return s_main ??= new ModuleContext(bin).LoadFromAssemblyPath(Path.Combine(bin, "VastPS.dll"));
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // What lies in bin is ours; the engine and System.* are not there and come from the default context.
        string path = Path.Combine(_bin, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
