using System.Management.Automation;
using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Shell;

/// <summary>What is missing is asked for in our words, and what is typed wrongly is told with what would do.</summary>
public sealed class NeededTests
{
    [Theory]
    [InlineData("New-VastWorkload", "Model", "Qwen/Qwen2.5-7B")]
    [InlineData("New-VastWorkload Qwen/Qwen2.5-7B", "Method", "-Method QLoRA")]
    [InlineData("Test-VastRunFit -VramGiB 24", "Workload", "New-VastWorkload")]
    [InlineData("Stop-VastInstance", "InstanceId", "Get-VastInstance")]
    [InlineData("Invoke-VastCommand -InstanceId 1", "Command", "nvidia-smi")]
    [InlineData("Start-VastRun 'echo x' -InstanceId 1 -Confirm:$false", "MaxRuntime", "-MaxRuntime 8h")]
    [InlineData("1 | New-VastInstance -Image a/b -DiskGB 20 -Confirm:$false", "MaxRuntime", "-MaxRuntime 8h")]
    [InlineData("Wait-VastRun", "Name", "Get-VastRun")]
    public void Where_nobody_can_answer_the_error_says_what_to_type(string script, string parameter, string next)
    {
        using var host = new CmdletHost();
        ErrorRecord error = host.Run(script).OneError("VastParameterMissing");
        Assert.Contains($"-{parameter}", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(next, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_is_read_as_what_is_typed()
    {
        var screen = new CaptureHost("gpt2", "lora");
        using var host = new CmdletHost(host: screen);
        VastWorkload work = Assert.Single(host.Run("New-VastWorkload").Clean<VastWorkload>());
        Assert.Equal(VastRunMethod.LoRA, work.Method);
        Assert.Equal(["Model", "Method"], screen.Prompts);
    }

    [Theory]
    [InlineData("New-VastWorkload gpt2 -Method Finetune", "'Finetune'", "-Method Full")]
    [InlineData("New-VastWorkload gpt2 Full -Precision FP8", "BF16, Mixed, FP32", "-Precision")]
    [InlineData("New-VastWorkload gpt2 Full -Optimizer Adam", "AdamW", "-Optimizer Adam")]
    [InlineData("Wait-VastRun x -OnFinish Delete -Confirm:$false", "Remove", "-OnFinish Remove")]
    [InlineData("Get-VastOffer -Type spot", "Interruptible", "-Type Interruptible")]
    public void A_word_that_is_no_choice_is_told_with_the_choices(string script, string says, string next)
    {
        using var host = new CmdletHost();
        ErrorRecord error = host.Run(script).OneError("VastInvalidValue");
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(next, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("60GB", "GB", 60)]
    [InlineData("0.5 TB", "GB", 500)]
    [InlineData("500M", "GB", 0.5)]
    [InlineData("1GiB", "GB", 1.073741824)]
    [InlineData("24GB", "GiB", 24)]
    [InlineData("24 GiB", "GiB", 24)]
    [InlineData("1.5t", "GiB", 1536)]
    public void Sizes_are_read_in_the_unit_of_the_parameter(string text, string unit, double size)
    {
        Assert.True(DataSize.TryParse(text, unit, out double read));
        Assert.Equal(size, read, 9);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("GB")]
    [InlineData("60 km")]
    [InlineData("-5GB")]
    public void What_bears_no_size_is_left_alone(string text) => Assert.False(DataSize.TryParse(text, "GB", out _));

    [Fact]
    public void A_size_of_the_language_is_not_taken_for_bytes()
    {
        using var host = new CmdletHost();
        VastWorkload work = Assert.Single(host.Run("New-VastWorkload gpt2 Full -DatasetGB 60GB").Clean<VastWorkload>());
        Assert.Equal(60, work.DatasetGB);
    }
}
