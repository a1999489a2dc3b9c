using System.Globalization;

namespace VastPS.Tests.Kit;

/// <summary>Holds a box at one use of a program, so that something can happen to it exactly then.</summary>
internal sealed class BoxHook : IDisposable
{
    private readonly string _program;
    private readonly string _folder;

    /// <param name="bed">The box.</param>
    /// <param name="program">A program found on its path.</param>
    /// <param name="use">Which use of it from now on.</param>
    public BoxHook(RunBed bed, string program, int use)
    {
        string box = Path.Combine(bed.Vast.Server.Folder, bed.Box.InstanceId.ToString(CultureInfo.InvariantCulture));
        _folder = Directory.CreateDirectory(Path.Combine(box, $"hook-{Guid.NewGuid():N}")).FullName;
        _program = Path.Combine(box, "bin", program);
        File.WriteAllText(_program, $$"""
            #!/bin/sh
            PATH=${PATH#*:}
            if [ -d {{_folder}} ] && echo use >>{{_folder}}/uses && [ "$(wc -l <{{_folder}}/uses)" -eq {{use}} ]; then
                : >{{_folder}}/reached
                while [ -d {{_folder}} ]; do sleep 0.01; done
                [ ! -e {{_folder}}.fails ] || exit 1
            fi
            PATH={{Path.Combine(box, "bin")}}:$PATH
            exec "$(PATH=${PATH#*:}; command -v {{program}})" "$@"
            """.Replace("\r", "", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>True once the box is held.</summary>
    public bool IsReached => File.Exists(Path.Combine(_folder, "reached"));

    /// <summary>
    /// Waits until the box is held, does something, and lets the box go on; or holds it until the hook is gone, and then lets the
    /// program fail: what went on after a test would be met by the next one.
    /// </summary>
    public Task AtAsync(Func<Task> act, bool goesOn = true) => Task.Run(async () =>
    {
        Wait.Until(() => IsReached, TimeSpan.FromSeconds(20), "the box to use " + Path.GetFileName(_program));
        await act();
        if (goesOn)
        {
            Dispose();
        }
        else
        {
            File.WriteAllText(_folder + ".fails", "");
        }
    });

    public void Dispose()
    {
        File.Delete(_program);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
