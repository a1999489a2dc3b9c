using System.Security.Cryptography;
using System.Text;

namespace VastPS.Kernel.Local;

/// <summary>
/// A text file of the user to which lines are added while others read, move or remove it: it is open only for as long as a line takes.
/// Several processes may add to one file.
/// </summary>
internal sealed class AppendedFile
{
    // The turn takes as long as a line; whoever never gets it adds its line all the same.
    private const int MostTries = 500;

    private readonly string _path;
    private readonly string _turnPath;
    private readonly object _turn = new();

    /// <param name="path">Made where it is missing; LocalItemNotFound and LocalItemUnusable where nothing can be written there.</param>
    public AppendedFile(string path)
    {
        _path = path;

        // Not the file itself: a program that follows it may hold it open for reading all the time.
        string name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..16];
        _turnPath = Path.Combine(Path.GetTempPath(), $"vastps-append-{name}.lock");
        Add([]);
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line) => Add(Encoding.UTF8.GetBytes(line + "\n"));

    private void Add(byte[] bytes)
    {
        lock (_turn)
        {
            LocalTree.Try(_path, () =>
            {
                using FileStream? turn = bytes.Length == 0 ? null : Take();
                using var file = new FileStream(
                    _path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
                file.Write(bytes);
                return true;
            });
        }
    }

    // Where a file begins to be written is found out when it is opened: two at once would write to the same place.
    private FileStream? Take()
    {
        var wait = new SpinWait();
        for (int turn = 0; turn < MostTries; turn++)
        {
            try
            {
                return new FileStream(_turnPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
            catch (IOException)
            {
                wait.SpinOnce();
            }
        }

        return null;
    }
}
