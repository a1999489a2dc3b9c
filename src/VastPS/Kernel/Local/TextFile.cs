namespace VastPS.Kernel.Local;

/// <summary>Small text files that a parameter names.</summary>
internal static class TextFile
{
    /// <summary>Its whole text; throws what .NET throws where it cannot be read.</summary>
    public static string Read(string path) => File.ReadAllText(path);

    /// <summary>True where there is such a file.</summary>
    public static bool Exists(string path) => File.Exists(path);
}
