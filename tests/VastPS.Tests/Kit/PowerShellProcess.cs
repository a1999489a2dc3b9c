using System.Diagnostics;
using System.Reflection;

namespace VastPS.Tests.Kit;

/// <summary>The real PowerShell in a process of its own, in the version that .config/dotnet-tools.json pins.</summary>
internal static class PowerShellProcess
{
    /// <summary>Its program, as the build found it; dotnet starts it.</summary>
    public static string Program { get; } =
        typeof(PowerShellProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PowerShell").Value!;

    /// <summary>Runs a script text; output and errors are piped, input is closed.</summary>
    public static Process Start(string script, params (string Name, string? Value)[] environment)
    {
        Process child = Start(["-NonInteractive", "-Command", script], environment);
        child.StandardInput.Close();
        return child;
    }

    /// <summary>Starts it in the checkout; input, output and errors are piped, its environment is ours plus what is given.</summary>
    public static Process Start(IEnumerable<string> arguments, params (string Name, string? Value)[] environment) =>
        Start("dotnet", [Program, "-NoLogo", "-NoProfile", .. arguments], environment);

    /// <summary>The same for a program that starts it in turn.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repo.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The engine in this process has set the folders of modules; a shell of its own finds its own.
        start.Environment.Remove("PSModulePath");
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
