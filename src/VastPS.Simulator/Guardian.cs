using System.Diagnostics;
using VastPS.Simulator.Boxes;

namespace VastPS.Simulator;

/// <summary>
/// A tiny shell that removes the simulator's folder when this process dies without a word; the boxes, which end by themselves then, get a
/// second before.
/// </summary>
internal sealed class Guardian : IDisposable
{
    private const string Script =
        "cat >/dev/null; [ -d \"$1\" ] || exit 0; sleep 1; for i in 1 2 3 4 5; do rm -rf -- \"$1\" 2>/dev/null && exit 0; sleep 1; done";

    private readonly Process _process;

    private Guardian(Process process) => _process = process;

    /// <summary>Null where there is no POSIX shell.</summary>
    public static Guardian? Start(string folder)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/setsid"))
        {
            return null;
        }

        Process? process = Process.Start(Shell.Start("setsid", ["sh", "-c", Script, "sh", folder]));
        return process is null ? null : new Guardian(process);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(3));
        _process.Dispose();
    }
}
