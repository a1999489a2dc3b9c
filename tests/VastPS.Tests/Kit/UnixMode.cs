namespace VastPS.Tests.Kit;

/// <summary>The permissions of a file, where files have them.</summary>
internal static class UnixMode
{
    public const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode All = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    public const UnixFileMode Program = Owner | UnixFileMode.UserExecute;

    public static UnixFileMode Of(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    public static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
