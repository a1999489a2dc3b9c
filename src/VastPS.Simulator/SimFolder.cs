using System.Reflection;
using VastPS.Simulator.Boxes;

namespace VastPS.Simulator;

/// <summary>The temporary folder of a simulator, readable by its user only.</summary>
internal static class SimFolder
{
    public static string Make()
    {
        string home = BoxPrograms.UserHome();
        string temp = Path.GetTempPath();
        if (home.Length > 1 && temp.StartsWith(home + "/", StringComparison.Ordinal) && Directory.Exists("/tmp"))
        {
            // A box's home is bound over the user's: what lies below it would not be seen in the box.
            temp = "/tmp";
        }

        string path = Path.Combine(temp, "vastps-sim-" + SimState.RandomHex(6));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>Removes a folder, also when something inside it is still being closed.</summary>
    public static void Delete(string path)
    {
        for (int tries = 0; tries < 20 && Directory.Exists(path); tries++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The last writer closes within moments; try again.
                Thread.Yield();
            }
        }
    }

    public static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
