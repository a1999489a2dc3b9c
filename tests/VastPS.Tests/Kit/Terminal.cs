using System.Diagnostics;
using System.Text;
using VastPS.Tests.Package;

namespace VastPS.Tests.Kit;

/// <summary>The real PowerShell at a real terminal, with somebody who types.</summary>
internal static class Terminal
{
    private const string Script = "/usr/bin/script";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Why no box has a terminal for somebody at one.</summary>
    public const string Missing =
        "util-linux's script makes the terminal here, and only root's sshd can give away one on the box everywhere.";

    /// <summary>True where both ends have one.</summary>
    public static bool IsThere => File.Exists(Script) && Environment.UserName == "root";

    /// <summary>
    /// Runs a script file while somebody types the same every second: PowerShell and ssh read ahead what waits, also what was
    /// meant for the next shell.
    /// </summary>
    public static Exited Run(string file, string typed, params (string Name, string? Value)[] environment)
    {
        string shell = $"exec dotnet '{PowerShellProcess.Program}' -NoLogo -NoProfile -File '{file}'";
        using Process terminal = PowerShellProcess.Start(
            Script, ["--quiet", "--return", "--command", shell, "/dev/null"], [("TERM", "dumb"), .. environment]);
        Task<string> output = ReadAsync(terminal);
        Task<string> error = terminal.StandardError.ReadToEndAsync();
        Type(terminal, typed);
        var since = Stopwatch.StartNew();
        while (!terminal.WaitForExit(s_pause))
        {
            if (since.Elapsed >= s_limit)
            {
                terminal.Kill(entireProcessTree: true);
                Assert.Fail($"The session at the terminal did not end. {output.Result}");
            }

            Type(terminal, typed);
        }

        return new Exited(terminal.ExitCode, output.Result, error.Result);
    }

    // PowerShell asks its terminal where the cursor is, and waits for the answer.
    private static async Task<string> ReadAsync(Process terminal)
    {
        const string Question = "\e[6n";
        const string Answer = "\e[1;1R";
        var read = new StringBuilder();
        char[] piece = new char[4096];
        for (int answered = 0, length; (length = await terminal.StandardOutput.ReadAsync(piece)) > 0;)
        {
            read.Append(piece, 0, length);
            for (; read.ToString().Split(Question).Length - 1 > answered; answered++)
            {
                Type(terminal, Answer);
            }
        }

        return read.ToString();
    }

    private static void Type(Process terminal, string typed)
    {
        try
        {
            lock (terminal)
            {
                terminal.StandardInput.Write(typed);
                terminal.StandardInput.Flush();
            }
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return;
        }
    }
}
