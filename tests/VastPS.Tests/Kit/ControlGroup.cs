using System.Globalization;

namespace VastPS.Tests.Kit;

/// <summary>A control group of the kernel, as a container has one: for memory, or for the number of processes.</summary>
internal sealed class ControlGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;
    private readonly bool _isNew = !Directory.Exists(Path.Combine(Root, "pids"));

    private ControlGroup(string controller)
    {
        string parent = _isNew ? Root : Path.Combine(Root, controller);
        _folder = Path.Combine(parent, "vastps-test-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A new group; the test is skipped where only others may make one.</summary>
    public static ControlGroup Of(string controller)
    {
        try
        {
            var group = new ControlGroup(controller);
            Assert.SkipUnless(File.Exists(Path.Combine(group._folder, "cgroup.procs")), "No control group can be made on this computer.");
            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("No control group can be made on this computer: " + e.Message);
            throw;
        }
    }

    /// <summary>Puts processes into it, with what they will start.</summary>
    public void Add(IEnumerable<int> pids)
    {
        foreach (int pid in pids)
        {
            try
            {
                Write("cgroup.procs", pid);
            }
            catch (IOException) when (!Procs.IsAlive(pid))
            {
                // It ended by itself meanwhile.
            }
        }
    }

    /// <summary>Nothing in it can make a process any more.</summary>
    public void Close() =>
        Write("pids.max", int.Parse(File.ReadAllText(Path.Combine(_folder, "pids.current")), CultureInfo.InvariantCulture));

    /// <summary>No more processes than so many at once.</summary>
    public void Most(int processes) => Write("pids.max", processes);

    /// <summary>Takes that back.</summary>
    public void Open() => File.WriteAllText(Path.Combine(_folder, "pids.max"), "max");

    /// <summary>All in it together get no more memory.</summary>
    public void Limit(long bytes) => Write(_isNew ? "memory.max" : "memory.limit_in_bytes", bytes);

    public void Dispose()
    {
        string left = Path.Combine(_folder, "cgroup.procs");
        for (int turn = 0; turn < 50; turn++)
        {
            foreach (string pid in File.ReadAllLines(left))
            {
                Procs.Kill(int.Parse(pid, CultureInfo.InvariantCulture));
            }

            try
            {
                Directory.Delete(_folder);
                return;
            }
            catch (IOException)
            {
                Wait.Until(() => File.ReadAllText(left).Length == 0, TimeSpan.FromSeconds(5), "a control group to be empty");
            }
        }
    }

    private void Write(string file, long number) =>
        File.WriteAllText(Path.Combine(_folder, file), number.ToString(CultureInfo.InvariantCulture));
}
