namespace VastPS.Kernel.Local;

/// <summary>Small text files that a parameter names.</summary>
internal static class TextFile
{
    /// <summary>Its whole text; throws what .NET throws where it cannot be read.</summary>
    public static string Read(string path) => File.ReadAllText(path);

    /// <summary>Its first bytes; null where it cannot be read.</summary>
    public static byte[]? Head(string path, int most)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[(int)Math.Min(most, file.Length)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True where there is such a file.</summary>
    public static bool Exists(string path) => File.Exists(path);
}
