using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

public sealed class StateFolderTests
{
    [Theory]
    [InlineData("/own", "/xdg", "/own")]
    [InlineData(null, "/xdg", "/xdg/vastps")]
    [InlineData("", "/xdg", "/xdg/vastps")]
    [InlineData(null, "relative", "/home/me/.local/state/vastps")]
    [InlineData(null, "", "/home/me/.local/state/vastps")]
    [InlineData(null, null, "/home/me/.local/state/vastps")]
    public void The_users_word_comes_first_then_the_desktops_then_the_default(string? own, string? xdg, string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other roots.");

        Assert.Equal(folder, StateFolder.Locate(name => name == "VASTPS_STATE" ? own : xdg, "/home/me/.local/state"));
    }
}
