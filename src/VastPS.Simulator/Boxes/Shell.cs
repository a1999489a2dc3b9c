using System.Diagnostics;

namespace VastPS.Simulator.Boxes;

/// <summary>Runs a program to its end.</summary>
internal static class Shell
{
    public static async Task<Output> RunAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        using Process process = Process.Start(Start(program, arguments))
            ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        Task<string> text = process.StandardOutput.ReadToEndAsync(stop);
        Task<string> error = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new Output(process.ExitCode, await text, await error);
    }

    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments)
    {
        // By its full path: .NET would take one of that name from the folder where somebody stands.
        ProcessStartInfo start = new(program.StartsWith('/') ? program : BoxPrograms.Find(program) ?? "/usr/bin/" + program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>A text as one word of a shell.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    internal sealed record Output(int ExitCode, string Text, string Error);
}
