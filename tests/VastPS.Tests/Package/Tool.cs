using System.Diagnostics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Package;

/// <summary>Runs the repository's own programs as a user would: as processes, built in the configuration of these tests.</summary>
internal static class Tool
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    // tests/VastPS.Tests/bin/<configuration>/net10.0/
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/', '\\')).Parent!.Name;

    public static string Stranger(string name) =>
        Path.Combine(Repo.Root, "tests", "Strangers", name, "bin", s_configuration, "net8.0", "Renci.SshNet.dll");

    public static Exited HelpMaker(params string[] arguments) => Run(Start("HelpMaker", arguments));

    /// <summary>The real PowerShell, with these arguments, in the checkout.</summary>
    public static Exited PowerShell(params string[] arguments) => Run(PowerShellProcess.Start(arguments));

    /// <summary>Starts one of our tools; its input is ours, its environment is ours plus what is given.</summary>
    public static Process Start(string tool, IEnumerable<string> arguments, params (string Name, string? Value)[] environment) =>
        PowerShellProcess.Start(
        "dotnet", [Path.Combine(Repo.Root, "tools", tool, "bin", s_configuration, "net10.0", tool + ".dll"), .. arguments], environment);

    /// <summary>Waits for the end and takes what was said.</summary>
    public static Exited Run(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The program did not end within {s_limit.TotalMinutes:0} minutes.");
            }

            return new Exited(process.ExitCode, output.Result, error.Result);
        }
    }
}

/// <summary>What a process left behind for its caller.</summary>
internal sealed record Exited(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The lines of an exit without an error.</summary>
    public string[] Clean()
    {
        Assert.True(Code == 0 && Error.Length == 0, $"Exit code {Code}. {Error}{Environment.NewLine}{Output}");
        return Lines;
    }
}
