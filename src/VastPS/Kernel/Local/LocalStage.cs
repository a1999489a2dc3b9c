using VastPS.Basics;

namespace VastPS.Kernel.Local;

/// <summary>A hidden folder beside the place where files will arrive: they get their own names when they are whole.</summary>
internal sealed class LocalStage : IDisposable
{
    private const int UsualFolder = 0b111_101_101;
    private const int Owner = 0b111_000_000;

    private readonly string _target;
    private readonly string _folder;
    private readonly Lazy<FolderNames> _names;
    private readonly Dictionary<string, ILookup<string, string>> _there = new(StringComparer.Ordinal);

    /// <param name="target">Where the files will arrive; made where it is missing.</param>
    /// <param name="probe">Finds in a folder of its own which names the disk takes for one.</param>
    public LocalStage(string target, Func<string, FolderNames> probe)
    {
        if (File.Exists(target))
        {
            throw new VastException(VastReason.LocalItemUnusable, target, "it is a file, and a folder is wanted");
        }

        _target = target;
        _folder = Path.Combine(target, $".vastps-{Guid.NewGuid():N}");
        LocalTree.Try(target, () =>
        {
            Directory.CreateDirectory(target);
            AtomicFile.MakeFolder(_folder);
            return true;
        });
        _names = new Lazy<FolderNames>(() => probe(_folder));
    }

    /// <summary>Where the files will arrive.</summary>
    public string Target => _target;

    /// <summary>Which names are one and the same here.</summary>
    public FolderNames Names => _names.Value;

    /// <summary>
    /// What is at the target under another name that the disk takes for this one; null where there is no such thing, or where
    /// the disk lists other names than were given and this cannot be told.
    /// </summary>
    /// <param name="name">A name with slashes.</param>
    public string? Other(string name) => Names is { IsBlind: true, KeepsNames: true }
        ? LocalTree.Try(_target, () =>
        {
            string at = _target;
            foreach (string part in name.Split('/'))
            {
                string[] found = Directory.Exists(at) ? [.. There(at)[Names.Key(part)]] : [];
                if (!found.Contains(part, StringComparer.Ordinal))
                {
                    return found.Length > 0 ? Path.Combine(at, found[0]) : null;
                }

                at = Path.Combine(at, part);
            }

            return null;
        })
        : null;

    /// <summary>An empty file under a name that was checked before.</summary>
    public Stream Create(string name) => LocalTree.Try(Path.Combine(_target, name), () =>
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Stream file = Continue(name);
        if (file.Length > 0)
        {
            file.SetLength(0);
        }

        return file;
    });

    /// <summary>
    /// The file as it was left, to go on at its end. Without a buffer: where the disk is full, closing it must not fail once more.
    /// </summary>
    public Stream Continue(string name) => LocalTree.Try(Path.Combine(_target, name), () =>
        new FileStream(Path.Combine(_folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0));

    /// <summary>Makes a folder.</summary>
    public void MakeFolder(string name) =>
        LocalTree.Try(Path.Combine(_target, name), () => Directory.CreateDirectory(Path.Combine(_folder, name)));

    /// <summary>Makes a link that was checked before.</summary>
    public void MakeLink(string name, string target) =>
        LocalTree.Try(Path.Combine(_target, name), () => File.CreateSymbolicLink(Path.Combine(_folder, name), target));

    /// <summary>Keeps who may do what, where the system knows that.</summary>
    public void SetMode(string name, int mode) => SetMode(_folder, name, mode);

    /// <summary>Gives a tree or file its own name at the target: in one step, or file by file where there is a tree already.</summary>
    /// <param name="name">Of the item.</param>
    /// <param name="folders">Its folders with who may do what, which counts for those that are new here.</param>
    public void Arrive(string name, IEnumerable<(string Name, int Mode)> folders) => LocalTree.Try(Path.Combine(_target, name), () =>
    {
        (string Name, int Mode)[] made = [.. folders.Where(f => f.Mode != UsualFolder && !Path.Exists(Path.Combine(_target, f.Name)))];
        string from = Path.Combine(_folder, name);
        var to = new DirectoryInfo(Path.Combine(_target, name));

        // The item's own place may be a link of the user's; below it none is followed.
        Arrive(from, IsFolder(from) && to.Exists ? to.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? to.FullName : to.FullName);
        foreach ((string folder, int mode) in made)
        {
            // One that its owner cannot write would take nothing in the next time, nor go away.
            SetMode(_target, folder, mode | Owner);
        }

        return true;
    });

    // Each folder is read once: nothing arrives until all names were looked up.
    private ILookup<string, string> There(string folder)
    {
        if (!_there.TryGetValue(folder, out ILookup<string, string>? names))
        {
            names = Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p))
                .ToLookup(Names.Key, StringComparer.Ordinal);
            _there.Add(folder, names);
        }

        return names;
    }

    private static void SetMode(string below, string name, int mode) => LocalTree.Try(Path.Combine(below, name), () =>
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(below, name), (UnixFileMode)mode);
        }

        return true;
    });

    private static void Arrive(string from, string to)
    {
        if (IsFolder(from) && IsFolder(to))
        {
            foreach (string inner in Directory.EnumerateFileSystemEntries(from))
            {
                Arrive(inner, Path.Combine(to, Path.GetFileName(inner)));
            }
        }
        else if (IsFolder(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

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
