using System.Text;

namespace VastPS.Kernel.Local;

/// <summary>
/// A text file of the user to which lines are added while others read, move or remove it: it is open only for as long as a line takes.
/// </summary>
internal sealed class AppendedFile
{
    private readonly string _path;
    private readonly object _turn = new();

    /// <param name="path">Made where it is missing; LocalItemNotFound and LocalItemUnusable where nothing can be written there.</param>
    public AppendedFile(string path)
    {
        _path = path;
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
                using var file = new FileStream(
                    _path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
                file.Write(bytes);
                return true;
            });
        }
    }
}
