namespace VastPS.Tests.Kit;

/// <summary>Where the checkout and the captured data are.</summary>
internal static class Repo
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of captured data beside the checkout, or null where there is none.</summary>
    public static string? SharedData { get; } =
        Path.GetFullPath(Path.Combine(Root, "..", "shared", "data")) is var folder && Directory.Exists(folder) ? folder : null;

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "VastPS.psd1")) && File.Exists(Path.Combine(at.FullName, "VastPS.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException(
            "The tests run inside the checkout: VastPS.sln was not found above " + AppContext.BaseDirectory);
    }
}
