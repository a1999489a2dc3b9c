using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class LogFormTests
{
    public static TheoryData<string> Forms => [.. LogForms.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_example_of_a_form_gives_its_truth(string name)
    {
        LogForm form = LogForms.All.Single(f => f.Name == name);
        Assert.Equal(form.Truth, ReadLog.Shown(form.Example));
        Assert.Contains(form, ReadLog.FormsOf(form.Example));
    }

    [Fact]
    public void Each_form_has_a_name_of_its_own() => Assert.Equal(LogForms.All.Count, LogForms.All.Select(f => f.Name).Distinct().Count());
}
