using System.Globalization;
using System.Management.Automation;
using VastPS.Basics;
using VastPS.Kernel.Shell;

namespace VastPS.Tests.Basics;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90s", "00:01:30")]
    [InlineData("15m", "00:15:00")]
    [InlineData("2h", "02:00:00")]
    [InlineData("1.5d", "1.12:00:00")]
    [InlineData("250ms", "00:00:00.25")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData(" 1d 2h 3m 4s ", "1.02:03:04")]
    [InlineData("2H", "02:00:00")]
    [InlineData("0s", "00:00:00")]
    [InlineData("00:15:00", "00:15:00")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    public void People_type_it_like_this(string text, string span)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan parsed));
        Assert.Equal(TimeSpan.Parse(span, CultureInfo.InvariantCulture), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("-00:00:05")]
    [InlineData("1,5h")]
    [InlineData("1.h")]
    [InlineData(".5h")]
    [InlineData("5 min")]
    [InlineData("5w")]
    [InlineData("1e3s")]
    [InlineData("5s\n5")]
    [InlineData("999999999d")]
    [InlineData("soon")]
    public void This_is_none(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("00:00:00", "0ms")]
    [InlineData("00:00:00.25", "250ms")]
    [InlineData("00:00:01.5", "1.5s")]
    [InlineData("00:00:30", "30s")]
    [InlineData("00:01:30", "1m 30s")]
    [InlineData("00:15:00", "15m")]
    [InlineData("02:00:30", "2h")]
    [InlineData("1.12:00:00", "1d 12h")]
    [InlineData("-00:00:30", "-30s")]
    [InlineData("00:00:59.9", "1m")]
    public void It_is_shown_short(string span, string text) =>
        Assert.Equal(text, Duration.Format(TimeSpan.Parse(span, CultureInfo.InvariantCulture)));

    [Fact]
    public void A_parameter_takes_text_and_spans_and_refuses_a_bare_number()
    {
        var transform = new DurationTransformAttribute();

        Assert.Equal(TimeSpan.FromSeconds(90), transform.Transform(null!, new PSObject("90s")));
        Assert.Equal(TimeSpan.FromMinutes(2), transform.Transform(null!, TimeSpan.FromMinutes(2)));
        ArgumentTransformationMetadataException error =
            Assert.Throws<ArgumentTransformationMetadataException>(() => transform.Transform(null!, 30));
        Assert.Contains("'30' is not a duration", error.Message, StringComparison.Ordinal);
        Assert.Contains("90s", error.Message, StringComparison.Ordinal);
    }
}
