using VastPS.Features.Runs;
using VastPS.Kernel.State;

namespace VastPS.Tests.Features.Runs;

/// <summary>What is read from the answer of a box.</summary>
public sealed class BoxReportTests
{
    private const string Answer =
        "boot=b-1\nnow=1700000100\nup=500\noom=2\nrun=run-1\nstart-name=a\nstart-at=1700000000\nstart-up=400\nstart-boot=b-1\nstart-oom=1\n"
        + "alive=1\nend-code=0\nend-why=\nend-took=90\nend-oom=1\nend-whole=1\nend-     "
        + "\nlog-hits-from=1\nlog-lines=1\nlog-last=done\nlog-\ncommand=true\nlog-path=/root/log\nlog-bytes=5\ntext=\naGVsbG8=\nwhole=1\n";

    [Fact]
    public void A_whole_answer_is_read()
    {
        BoxReport report = BoxReport.Read(Answer)!;
        BoxRun run = Assert.Single(report.Runs);
        Assert.Equal("hello"u8.ToArray(), report.Bytes);
        Assert.Equal(
            (0, TimeSpan.FromSeconds(90), 0L, "done"), (run.Code!.Value, run.Took!.Value, run.OomKills!.Value, run.Log.Single().Text));
        Assert.True(run.HasStatus && run.IsAlive);
    }

    // Half an answer about a run that goes on reads like a run whose processes are gone.
    [Fact]
    public void An_answer_that_was_cut_anywhere_is_none() =>
        Assert.All(Enumerable.Range(0, Answer.Length), length => Assert.Null(BoxReport.Read(Answer[..length])));

    [Fact]
    public void A_status_without_its_last_line_is_none()
    {
        BoxRun run = Assert.Single(BoxReport.Read(Answer.Replace("end-whole=1\n", "", StringComparison.Ordinal))!.Runs);
        Assert.False(run.HasStatus);
        Assert.Null(run.Code);
    }

    // Its box must not be given up under what it could not end.
    [Theory]
    [InlineData("limit", "process 7, which tmux started for it, is still there", RunEnding.NotEnded)]
    [InlineData("stop", "process 7, which tmux started for it, is still there", RunEnding.NotEnded)]
    [InlineData("limit", "", RunEnding.Over)]
    [InlineData("", "train.log still changes", RunEnding.Over)]
    public void What_a_limit_could_not_end_is_not_over(string why, string handed, object ending)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1700000100);
        var seen = new BoxRun("run-1") { StartedAt = now.AddMinutes(-1), HasStatus = true, Code = 143, Why = why, Handed = handed, Boot = "b" };
        var run = new RunRecord("run-1", "n", 5, "tmux new -d ./train", now.AddMinutes(-1));
        Assert.Equal(ending, RunView.End(run, new BoxReport("b", now, [seen]), seen, now)!.Ending as object);
    }
}
