using System.Management.Automation.Host;

namespace VastPS.Kernel.Shell;

/// <summary>How wide what is shown may be.</summary>
internal static class TerminalWidth
{
    /// <summary>Where there is no window.</summary>
    public const int Plain = 80;

    /// <summary>The characters of a line of the window, or the plain width; a host without a window says so in many ways.</summary>
    public static int Of(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI is { } raw && raw.WindowSize.Width > 0 ? raw.WindowSize.Width : Plain;
        }
        catch (Exception)
        {
            return Plain;
        }
    }
}
