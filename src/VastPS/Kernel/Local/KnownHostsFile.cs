using VastPS.Basics;

namespace VastPS.Kernel.Local;

/// <summary>A known hosts file in a temporary folder, for one run of ssh.</summary>
internal sealed class KnownHostsFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-ssh-").FullName;

    /// <param name="text">What is known; empty for nothing.</param>
    public KnownHostsFile(string text) => AtomicFile.Replace(Location, text);

    public string Location => Path.Combine(_folder, "known_hosts");

    public string Read() => AtomicFile.Read(Location) ?? "";

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in the folder for temporary things.
        }
    }
}
