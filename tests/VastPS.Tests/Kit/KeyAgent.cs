using System.Diagnostics;

namespace VastPS.Tests.Kit;

/// <summary>A real ssh-agent with a socket of its own; what it asks is answered with no, or by the given program.</summary>
internal sealed class KeyAgent : IDisposable
{
    private const string Passphrase = "lock";

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-agent-").FullName;
    private readonly Process _agent;

    public KeyAgent(string askpass = "/bin/false")
    {
        Address = Path.Combine(_folder, "socket");
        _agent = Process.Start(Tool("ssh-agent", askpass, "-D", "-a", Address))!;
        Wait.Until(() => File.Exists(Address), TimeSpan.FromSeconds(10), "the agent to listen");
    }

    public string Address { get; }

    /// <summary>Hands over a private key; more words go to ssh-add.</summary>
    public void Add(string path, params string[] more) => Run("ssh-add", Answer(Passphrase), ["-q", .. more, path]);

    /// <summary>Locks it with a passphrase: it then says that it has no keys.</summary>
    public void Lock() => Run("ssh-add", Answer(Passphrase), "-x");

    /// <summary>Ends it without a farewell: its socket stays where it is.</summary>
    public void Die()
    {
        _agent.Kill();
        _agent.WaitForExit();
    }

    public void Dispose()
    {
        Die();
        _agent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(string program, string askpass, params string[] words)
    {
        using Process done = Process.Start(Tool(program, askpass, words))!;
        string trouble = done.StandardError.ReadToEnd();
        done.WaitForExit();
        Assert.True(done.ExitCode == 0, $"{program}: {trouble}");
    }

    private ProcessStartInfo Tool(string program, string askpass, params string[] words)
    {
        var start = new ProcessStartInfo(
            program, words) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["SSH_AUTH_SOCK"] = Address;
        start.Environment["SSH_ASKPASS"] = askpass;
        start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        start.Environment["DISPLAY"] = "none";
        return start;
    }

    // A program that prints the passphrase.
    private string Answer(string passphrase)
    {
        string path = Path.Combine(_folder, "answer.sh");
        File.WriteAllText(path, $"#!/bin/sh\necho '{passphrase}'\n");
        UnixMode.Set(path, UnixMode.Program);
        return path;
    }
}
