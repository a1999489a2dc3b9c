namespace VastPS.Kernel.State;

/// <summary>
/// The folder for what VastPS keeps on this computer: VASTPS_STATE, else $XDG_STATE_HOME/vastps, else
/// ~/.local/state/vastps; on Windows %LOCALAPPDATA%\vastps. Only its owner can enter it.
/// </summary>
internal static class StateFolder
{
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // A rental, what it is for and what is seen of it take some KB; more is wanted so that the lines of a long run find room as well.
    private const long LeastBytes = 256 * 1024;

    /// <summary>The folder of this process's environment. Nothing is created.</summary>
    public static string Locate() => Locate(
        Environment.GetEnvironmentVariable,
        OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"));

    /// <summary>A file of the folder; null for the folder of this process as it is now: the simulator moves it.</summary>
    public static string File(string name, string? folder) => Path.Combine(folder ?? Locate(), name);

    /// <summary>The folder for the given environment; an XDG path that is not absolute counts as unset, as its standard says.</summary>
    internal static string Locate(Func<string, string?> environment, string userStates)
    {
        if (environment("VASTPS_STATE") is { Length: > 0 } own)
        {
            return Path.GetFullPath(own);
        }

        string? xdg = OperatingSystem.IsWindows() ? null : environment("XDG_STATE_HOME");
        return Path.Combine(Path.IsPathFullyQualified(xdg ?? "") ? xdg! : userStates, "vastps");
    }

    /// <summary>
    /// Throws where nothing should be paid for: StateNotPrivate where others may enter the folder of a file, StateNotUsable where its
    /// disk is full. What is noted there decides what is removed, and a rental that cannot be noted is one that is forgotten.
    /// </summary>
    public static void DemandRoom(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            return;
        }

        UnixFileMode mode = OperatingSystem.IsWindows() ? 0 : System.IO.File.GetUnixFileMode(folder);
        if ((mode & Others) != 0)
        {
            throw new VastException(VastReason.StateNotPrivate, folder, Convert.ToString((int)mode, 8));
        }

        long left = Left(folder);
        if (left < LeastBytes)
        {
            throw new VastException(VastReason.StateNotUsable, path, FormattableString.Invariant(
                $"{left / 1024} KB are left on its disk, and {LeastBytes / 1024} KB are wanted before anything is rented."));
        }
    }

    /// <summary>Runs work on a file of the folder; trouble with the file becomes StateNotUsable, which names it.</summary>
    public static async Task GuardAsync(string path, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VastException.Because(e, VastReason.StateNotUsable, path, e.Message);
        }
    }

    // A disk that cannot be asked is found full when something is written.
    private static long Left(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
