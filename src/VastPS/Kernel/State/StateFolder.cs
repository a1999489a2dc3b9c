namespace VastPS.Kernel.State;

/// <summary>
/// The folder for what VastPS keeps on this computer: VASTPS_STATE, else $XDG_STATE_HOME/vastps, else
/// ~/.local/state/vastps; on Windows %LOCALAPPDATA%\vastps. Only its owner can enter it.
/// </summary>
internal static class StateFolder
{
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
}
