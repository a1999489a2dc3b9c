using VastPS.Basics;

namespace VastPS.Tests.Basics;

public sealed class HomePathTests
{
    [Theory]
    [InlineData("~", true, "/home/me")]
    [InlineData("~", false, "/home/me")]
    [InlineData("~/.ssh/id", true, "/home/me/.ssh/id")]
    [InlineData("~/.ssh/id", false, "/home/me/.ssh/id")]
    [InlineData(@"~\.ssh\id", true, @"/home/me/.ssh\id")]
    [InlineData(@"~\.ssh\id", false, @"~\.ssh\id")]
    [InlineData("~you/x", true, "~you/x")]
    [InlineData("x/~/y", false, "x/~/y")]
    [InlineData("", true, "")]
    public void A_tilde_is_the_home_where_the_system_takes_it_so(string path, bool isWindows, string expected) =>
        Assert.Equal(expected, HomePath.Expand(path, "/home/me", isWindows));
}
