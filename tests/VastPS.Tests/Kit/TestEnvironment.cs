using System.Diagnostics;
using System.Runtime.CompilerServices;
using VastPS.Basics;

namespace VastPS.Tests.Kit;

/// <summary>
/// A state folder and an ssh key of the test run's own, set before any test: nothing of the user's is read or written.
/// Simulated servers differ by port, so all tests can share both; a port that comes again begins anew.
/// </summary>
internal static class TestEnvironment
{
    public static string Folder { get; } = Directory.CreateTempSubdirectory("vastps-tests-").FullName;

    public static string StateFolder { get; } = Path.Combine(Folder, "state");

    public static string KeyPath { get; } = Path.Combine(Folder, "id_ed25519");

    /// <summary>Forgets a server of an earlier test: ports come again, and so do the ids of simulated instances.</summary>
    public static async Task ForgetAsync(string server)
    {
        foreach (string file in Directory.Exists(StateFolder) ? Directory.GetFiles(StateFolder, "*.jsonl") : [])
        {
            await AtomicFile.UpdateAsync(
                file, text => string.Concat(Lines(text).Where(l => !IsOf(l)).Select(l => l + "\n")), TimeProvider.System, default);
        }

        static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        bool IsOf(string line) =>
            line.Contains($"\"{server}\"", StringComparison.Ordinal) || line.Contains($"\"{server}/", StringComparison.Ordinal);
    }

    [ModuleInitializer]
    internal static void Prepare()
    {
        using (var made =
            Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "vastps-tests", "-f", KeyPath])))
        {
            made!.WaitForExit();
        }

        // Errors tell their sentences in every test, not only once a command has run.
        RuntimeHelpers.RunClassConstructor(typeof(global::VastPS.Commands.VastCmdlet).TypeHandle);

        // Commands that write under ~/.ssh or ~/.config find a home of the run's own, child processes included.
        Environment.SetEnvironmentVariable("HOME", Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName);
        Environment.SetEnvironmentVariable("VASTPS_STATE", StateFolder);
        Environment.SetEnvironmentVariable("VASTPS_KEY_PATH", KeyPath);
        Environment.SetEnvironmentVariable("SSH_AUTH_SOCK", null);
        Environment.SetEnvironmentVariable("VAST_API_KEY", null);
        Environment.SetEnvironmentVariable("VAST_URL", null);
        // No test asks a hub that it did not start itself: this one refuses at once.
        Environment.SetEnvironmentVariable("HF_ENDPOINT", "http://127.0.0.1:9");
        Environment.SetEnvironmentVariable("HF_TOKEN", null);
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", Path.Combine(Folder, "config"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
    }
}
