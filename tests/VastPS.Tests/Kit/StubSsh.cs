using VastPS.Kernel.Local;

namespace VastPS.Tests.Kit;

/// <summary>
/// The system's ssh where nobody types: its words are kept, its input is a text of the test's, and what it shows goes to a
/// file. Everything else is the real program.
/// </summary>
internal sealed class StubSsh
{
    private readonly string _path;

    /// <param name="folder">Where it is written.</param>
    /// <param name="input">What is typed; then the input ends.</param>
    /// <param name="instead">A script to run in place of ssh; null for ssh.</param>
    public StubSsh(string folder, string input = "", string? instead = null)
    {
        _path = Path.Combine(folder, "ssh");
        File.WriteAllText(_path + ".input", input);
        File.WriteAllText(_path, $$"""
            #!/bin/sh
            printf '%s\n' "$@" >"$0.words"
            {{instead ?? "exec ssh \"$@\" <\"$0.input\" >\"$0.output\" 2>\"$0.errors\""}}

            """.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>One for all tests that care only that it ran.</summary>
    public static StubSsh Shared { get; } = new(Directory.CreateDirectory(Path.Combine(TestEnvironment.Folder, "ssh")).FullName);

    public LocalSsh Program => new(_path);

    /// <summary>What it was called with.</summary>
    public string[] Words => File.ReadAllLines(_path + ".words");

    /// <summary>What it showed.</summary>
    public string Output => Text(".output");

    /// <summary>What it complained of.</summary>
    public string Errors => Text(".errors");

    private string Text(string suffix) => File.Exists(_path + suffix) ? File.ReadAllText(_path + suffix) : "";
}
