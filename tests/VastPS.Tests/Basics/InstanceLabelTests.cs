using VastPS.Basics;

namespace VastPS.Tests.Basics;

/// <summary>The label that survives this computer.</summary>
public sealed class InstanceLabelTests
{
    private static readonly DateTimeOffset s_deadline = new(2027, 1, 15, 8, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("qlora-run", "qlora-run")]
    [InlineData("Qwen/Qwen2.5-7B run 3", "Qwen-Qwen2-5-7B-run-3")]
    [InlineData("  ../..  ", "run")]
    [InlineData("", "run")]
    [InlineData("naïve\n$(x)", "na-ve-x")]
    public void A_label_is_made_from_any_name_and_read_back(string name, string readable)
    {
        string label = InstanceLabel.Make(name, "0a1b2c3d", s_deadline);
        Assert.Equal($"vastps-{readable}.0a1b2c3d.20270115T0830Z", label);
        Assert.Equal(new InstanceLabel(readable, "0a1b2c3d", s_deadline), InstanceLabel.TryParse(label));
    }

    [Fact]
    public void A_long_name_is_cut() =>
        Assert.Equal(64, InstanceLabel.TryParse(InstanceLabel.Make(new string('x', 300), "0a1b2c3d", s_deadline))!.Name.Length);

    [Fact]
    public void A_deadline_is_rounded_up_to_the_minute_and_kept_in_utc()
    {
        DateTimeOffset local = new(2027, 1, 15, 10, 29, 0, 1, TimeSpan.FromHours(2));
        Assert.EndsWith(".20270115T0830Z", InstanceLabel.Make("a", "0a1b2c3d", local), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0829")]
    [InlineData(1, "0830")]
    [InlineData(40, "0830")]
    [InlineData(59, "0830")]
    public void A_whole_minute_stays_and_each_later_second_goes_up_to_the_next(int second, string minute) => Assert.EndsWith(
        $".20270115T{minute}Z",
        InstanceLabel.Make("a", "0a1b2c3d", s_deadline.AddMinutes(-1).AddSeconds(second)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("my box")]
    [InlineData("vastps-a")]
    [InlineData("vastps-a.0a1b2c3d")]
    [InlineData("vastps-a.0A1B2C3D.20270115T0830Z")]
    [InlineData("vastps-a.0a1b2c3d.20271315T0830Z")]
    [InlineData("vastps-a.0a1b2c3d.20270115T0830Z ")]
    [InlineData("vastps-a b.0a1b2c3d.20270115T0830Z")]
    public void Foreign_labels_are_not_ours(string? label) => Assert.Null(InstanceLabel.TryParse(label));
}
