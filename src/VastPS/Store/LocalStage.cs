namespace VastPS.Store;

/// <summary>A hidden folder beside the place where files will arrive: they get their own names when they are whole.</summary>
internal sealed class LocalStage : IDisposable
{
    private readonly string _target;
    private readonly string _folder;

    /// <param name="target">Where the files will arrive; made where it is missing.</param>
    public LocalStage(string target)
    {
        if (File.Exists(target))
        {
            throw new VastException(VastReason.LocalItemUnusable, target, "it is a file, and a folder is wanted");
        }

        _target = target;
        _folder = Path.Combine(target, $".vastps-{Guid.NewGuid():N}");
        LocalTree.Try(target, () => Directory.CreateDirectory(_folder));
    }

    /// <summary>A new file under a name that was checked before.</summary>
    public Stream Create(string name) => LocalTree.Try(name, () =>
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024);
    });

    /// <summary>Makes a folder at the target.</summary>
    public void MakeFolder(string name) => LocalTree.Try(name, () => Directory.CreateDirectory(Path.Combine(_target, name)));

    /// <summary>Gives a file its own name at the target, in one step.</summary>
    public void Arrive(string name) => LocalTree.Try(name, () =>
    {
        string path = Path.Combine(_target, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(Path.Combine(_folder, name), path, overwrite: true);
        return path;
    });

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its name says what it is; the story that matters is told already.
        }
    }
}
