using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>OpenSSH's own reading of keys.</summary>
internal static class SshKeygen
{
    /// <summary>What it prints; the test fails where it finds an error.</summary>
    public static string Print(params string[] words)
    {
        (int code, string output, string trouble) = Run(words);
        Assert.True(code == 0, trouble);
        return output.Trim();
    }

    /// <summary>Whether it accepts what it is given.</summary>
    public static bool Accepts(params string[] words) => Run(words).Code == 0;

    private static (int Code, string Output, string Trouble) Run(string[] words)
    {
        using Process asked =
            Process.Start(new ProcessStartInfo("ssh-keygen", words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> trouble = asked.StandardError.ReadToEndAsync();
        string output = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        return (asked.ExitCode, output, trouble.Result);
    }
}
