using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>The engine in a process of its own.</summary>
internal static class EngineHost
{
    private static readonly string s_program = Path.Combine(
        Repo.Root, "tools", "EngineHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "EngineHost.dll");

    /// <summary>Runs a script text; output and errors are piped, input is closed.</summary>
    public static Process Start(string script, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, "-NonInteractive", "-Command", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        Process child = Process.Start(start)!;
        child.StandardInput.Close();
        return child;
    }
}
