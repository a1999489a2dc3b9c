using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

public sealed class RunStoreTests : IDisposable
{
    private const string Sound =
        """{"Server":"vast","RunId":"r-1","Started":{"RunId":"r-1","Name":"n","InstanceId":5,"Command":"x","StartedAt":"2026-07-01T00:00:00Z"}}""";

    private static readonly DateTimeOffset s_now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-runs-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "runs.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(VastRunOutcome.Failed, VastRunOutcome.Completed, VastRunOutcome.Failed)]
    [InlineData(VastRunOutcome.Completed, VastRunOutcome.Removed, VastRunOutcome.Completed)]
    [InlineData(VastRunOutcome.Removed, VastRunOutcome.Completed, VastRunOutcome.Completed)]
    public async Task The_first_word_about_an_end_stands_unless_the_instance_was_only_gone(
        VastRunOutcome first, VastRunOutcome second, VastRunOutcome stands)
    {
        RunStore runs = await StartedAsync();
        foreach (VastRunOutcome outcome in new[] { first, second })
        {
            await runs.CloseAsync("vast", "r-1", new RunEnd(outcome, 0, s_now, [$"seen as {outcome}"]), default);
        }

        RunEnd end = Assert.Single(Store().All("vast")).End!;
        Assert.Equal((stands, $"seen as {stands}"), (end.Outcome, Assert.Single(end.Evidence)));
    }

    [Fact]
    public async Task What_is_known_already_and_what_is_about_no_run_adds_no_line()
    {
        RunStore runs = await StartedAsync();
        var gone = new RunEnd(VastRunOutcome.Removed, 77, s_now, ["gone"]);
        await runs.CloseAsync("vast", "r-1", gone, default);
        await runs.MoveAsync("vast", "r-1", s_now, default);
        int lines = Lines();
        Assert.Equal(3, lines);
        await runs.CloseAsync("vast", "r-1", gone with { Evidence = ["gone still"] }, default);
        await runs.MoveAsync("vast", "r-1", s_now, default);
        await runs.CloseAsync("vast", "r-2", gone, default);
        await runs.CloseAsync("other", "r-1", gone, default);
        await runs.MoveAsync("vast", "r-2", s_now, default);
        await runs.MoveAsync("other", "r-1", s_now, default);
        Assert.Equal(lines, Lines());
    }

    [Fact]
    public async Task A_deadline_moves_and_goes_and_the_end_stays()
    {
        RunStore runs = await StartedAsync();
        await runs.MoveAsync("vast", "r-1", s_now.AddHours(2), default);
        Assert.Equal(s_now.AddHours(2), Assert.Single(Store().All("vast")).Deadline);
        await runs.CloseAsync("vast", "r-1", new RunEnd(VastRunOutcome.Failed, 1, s_now, []), default);
        await runs.MoveAsync("vast", "r-1", null, default);
        RunRecord read = Assert.Single(Store().All("vast"));
        Assert.Equal((null, VastRunOutcome.Failed), (read.Deadline, read.End!.Outcome));
    }

    [Fact]
    public async Task A_name_is_given_once_on_a_server_whatever_its_case()
    {
        RunStore runs = await StartedAsync();
        VastException error =
            await Assert.ThrowsAsync<VastException>(() => runs.OpenAsync("vast", Run("r-2", "ONE"), default));
        Assert.Equal((VastReason.RunNameTaken, "ONE"), (error.Reason, error.Target));
        Assert.Equal(["r-1", "7"], error.Facts.Select(f => f?.ToString()));
        await runs.OpenAsync("vast", Run("r-2", "two"), default);
        await runs.OpenAsync("vast2", Run("r-3", "one"), default);
        Assert.Equal(["one", "two"], Store().Names("vast").Order(StringComparer.Ordinal));
        Assert.Equal(["one"], Store().Names("vast2"));
        Assert.Empty(Store().Names("vas"));
        Assert.Contains("ONE", Store().Names("vast"));
    }

    [Fact]
    public async Task Runs_are_found_by_server_id_name_and_instance_in_the_order_of_their_start()
    {
        RunStore runs = await StartedAsync();
        await runs.OpenAsync("vast2", Run("r-2", "two"), default);
        await runs.OpenAsync("vast", Run("r-3", "three") with { InstanceId = 8 }, default);
        Assert.Equal(["r-1", "r-3"], Store().All("vast").Select(r => r.RunId));
        Assert.Equal(["r-2"], Store().All("vast2").Select(r => r.RunId));
        Assert.Empty(Store().All("vas"));
        Assert.Equal(["r-3"], Store().Where("vast", r => r.InstanceId == 8).Select(r => r.RunId));
        Assert.Equal(["r-1"], Store().Where("vast", r => r.Name == "one" && r.RunId == "r-1").Select(r => r.RunId));
        Assert.Equal(["r-3"], Store().Known("vast", ["r-2", "r-3", "r-4"]));
    }

    [Fact]
    public async Task No_secret_is_written_down()
    {
        var runs = new RunStore(TimeProvider.System, _folder);
        const string Secret = "run --password hunter2";
        await runs.OpenAsync(
            "vast",
            Run("r-1", "one") with { Command = Secret, Proof = [Secret], ProvenBy = [new(VastProofKind.Checks, true, s_now, Secret)] },
            default);
        await runs.CloseAsync("vast", "r-1", new RunEnd(VastRunOutcome.Failed, 1, s_now, [Secret]), default);
        Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(Path), StringComparison.Ordinal);
        RunRecord read = Assert.Single(Store().All("vast"));
        string[] shown = [read.Command, .. read.Proof, read.ProvenBy[0].Detail, .. read.End!.Evidence];
        Assert.Equal(Enumerable.Repeat("run --password ***", 4), shown);
        Assert.Equal((VastProofKind.Checks, true, s_now), (read.ProvenBy[0].Kind, read.ProvenBy[0].Passed, read.ProvenBy[0].At));
    }

    // What stands in a sound line, what stands there instead, and whether that can be.
    [Theory]
    [InlineData("\"Server\":\"vast\"", "\"Server\":\"vast\"", true)]
    [InlineData("\"vast\",\"RunId\":\"r-1\"", "\"vast\",\"RunId\":\"r-2\"", false)]
    [InlineData("r-1", "R-1x", true)]
    [InlineData("r-1", "r_1", false)]
    [InlineData("r-1", "r/1", false)]
    [InlineData("r-1", "é", false)]
    [InlineData("\"n\"", "\" \"", false)]
    [InlineData("\"InstanceId\":5", "\"InstanceId\":1", true)]
    [InlineData("\"InstanceId\":5", "\"InstanceId\":0", false)]
    [InlineData("\"x\"", "\"\"", true)]
    [InlineData("\"x\"", "null", false)]
    [InlineData("\"x\"", "\"x\",\"LogPath\":null", false)]
    [InlineData("2026-07-01T00:00:00Z", "2020-01-01T00:00:00Z", true)]
    [InlineData("2026-07-01T00:00:00Z", "2019-12-31T23:59:59Z", false)]
    [InlineData("2026-07-01T00:00:00Z", "2200-01-01T00:00:00Z", true)]
    [InlineData("2026-07-01T00:00:00Z", "2200-01-01T00:00:01Z", false)]
    [InlineData("\"x\"", "\"x\",\"Deadline\":\"2200-01-01T00:00:01Z\"", false)]
    [InlineData("\"x\"", "\"x\",\"Deadline\":\"2026-07-02T00:00:00Z\"", true)]
    [InlineData("\"x\"", "\"x\",\"PricePerHour\":1000000", true)]
    [InlineData("\"x\"", "\"x\",\"PricePerHour\":1000001", false)]
    [InlineData("\"x\"", "\"x\",\"PricePerHour\":-0.01", false)]
    [InlineData("\"x\"", "\"x\",\"Kind\":\"Supervised\"", true)]
    [InlineData("\"x\"", "\"x\",\"Kind\":99", false)]
    [InlineData("\"x\"", "\"x\",\"AbortIf\":[\"loss > 8\"]", true)]
    [InlineData("\"x\"", "\"x\",\"AbortIf\":[null]", false)]
    [InlineData("\"x\"", "\"x\",\"Proof\":[null]", false)]
    [InlineData("\"x\"", "\"x\",\"Proof\":null", false)]
    [InlineData("\"x\"", "\"x\",\"EnvironmentNames\":[null]", false)]
    [InlineData("\"x\"", "\"x\",\"EnvironmentNames\":null", false)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":null", false)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":[null]", false)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":[{\"Kind\":1,\"Passed\":true,\"At\":\"2026-07-01T00:00:00Z\",\"Detail\":\"\"}]", true)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":[{\"Kind\":1,\"Passed\":true,\"At\":\"2026-07-01T00:00:00Z\",\"Detail\":null}]", false)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":[{\"Kind\":9,\"Passed\":true,\"At\":\"2026-07-01T00:00:00Z\",\"Detail\":\"\"}]", false)]
    [InlineData("\"x\"", "\"x\",\"ProvenBy\":[{\"Kind\":1,\"Passed\":true,\"At\":\"2019-07-01T00:00:00Z\",\"Detail\":\"\"}]", false)]
    [InlineData("\"x\"", "\"x\",\"Pace\":{\"Steps\":0,\"PeakVramGiB\":0,\"StepTime\":\"00:00:00\"}", true)]
    [InlineData("\"x\"", "\"x\",\"Pace\":{\"Steps\":-1}", false)]
    [InlineData("\"x\"", "\"x\",\"Pace\":{\"PeakVramGiB\":-1}", false)]
    [InlineData("\"x\"", "\"x\",\"Pace\":{\"PeakVramGiB\":1e6}", false)]
    [InlineData("\"x\"", "\"x\",\"Pace\":{\"RunTime\":\"-00:00:01\"}", false)]
    [InlineData("\"x\"", "\"x\",\"Plan\":{\"RunTime\":\"36500.00:00:00\"}", true)]
    [InlineData("\"x\"", "\"x\",\"Plan\":{\"WorstRunTime\":\"36500.00:00:01\"}", false)]
    [InlineData("\"x\"", "\"x\",\"Plan\":{\"WorstStepTime\":\"36500.00:00:01\"}", false)]
    [InlineData("\"x\"", "\"x\",\"End\":{\"Outcome\":1,\"ExitCode\":0,\"At\":\"2026-07-01T00:00:00Z\",\"Evidence\":[]}", true)]
    [InlineData("\"x\"", "\"x\",\"End\":{\"Outcome\":99,\"ExitCode\":0,\"At\":\"2026-07-01T00:00:00Z\",\"Evidence\":[]}", false)]
    [InlineData("\"x\"", "\"x\",\"End\":{\"Outcome\":1,\"ExitCode\":0,\"At\":\"2019-07-01T00:00:00Z\",\"Evidence\":[]}", false)]
    [InlineData("\"x\"", "\"x\",\"End\":{\"Outcome\":1,\"ExitCode\":0,\"At\":\"2026-07-01T00:00:00Z\",\"Evidence\":[null]}", false)]
    [InlineData(
        "\"x\"", "\"x\",\"End\":{\"Outcome\":1,\"ExitCode\":0,\"At\":\"2026-07-01T00:00:00Z\",\"Evidence\":[],\"Ending\":99}", false)]
    public void A_line_that_cannot_be_is_passed_over_and_told(string sound, string changed, bool isSound)
    {
        Assert.Contains(sound, Sound, StringComparison.Ordinal);
        (IReadOnlyList<RunRecord> read, int[] told) = Read(Sound.Replace(sound, changed, StringComparison.Ordinal));
        Assert.Equal((isSound, isSound ? 0 : 1), (read.Count == 1, told.Length));
    }

    [Theory]
    [InlineData("""{"Server":"vast","RunId":"r-1","Ended":{"Outcome":1,"ExitCode":0,"At":"2026-07-01T00:00:00Z","Evidence":[]}}""", true)]
    [InlineData("""{"Server":"vast","RunId":"r-1","Ended":{"Outcome":1,"ExitCode":0,"At":"2026-07-01T00:00:00Z","Evidence":null}}""", false)]
    [InlineData("""{"Server":"vast","RunId":"r-1","Ended":{"Outcome":1,"ExitCode":0,"At":"2019-07-01T00:00:00Z","Evidence":[]}}""", false)]
    [InlineData("""{"Server":"vast","RunId":"r-1","Moved":{"Deadline":"2026-07-02T00:00:00Z"}}""", true)]
    [InlineData("""{"Server":"vast","RunId":"r-1","Moved":{"Deadline":"2019-07-02T00:00:00Z"}}""", false)]
    [InlineData("""{"Server":"vast","RunId":"","Moved":{"Deadline":"2026-07-02T00:00:00Z"}}""", false)]
    public void What_followed_a_start_counts_only_where_it_can_be(string line, bool isSound)
    {
        (IReadOnlyList<RunRecord> read, int[] told) = Read(Sound + "\n" + line);
        RunRecord run = Assert.Single(read);
        Assert.Equal(isSound, run.End is not null || run.Deadline is not null);
        Assert.Equal(isSound ? [] : [2], told);

        // Without its start it says nothing, and is no fault.
        (read, told) = Read(line);
        Assert.Empty(read);
        Assert.Equal(isSound ? [] : [1], told);
    }

    private static RunRecord Run(string id, string name) => new(id, name, 7, "true", s_now);

    private RunStore Store() => new(TimeProvider.System, _folder);

    private async Task<RunStore> StartedAsync()
    {
        RunStore runs = Store();
        await runs.OpenAsync("vast", Run("r-1", "one"), default);
        return runs;
    }

    private int Lines() => File.ReadAllLines(Path).Length;

    private (IReadOnlyList<RunRecord> Read, int[] Told) Read(string text)
    {
        File.WriteAllText(Path, text + "\n");
        var skipped = new SkippedLines();
        List<int> told = [];
        using IDisposable listening = skipped.Listen((_, numbers) => told.AddRange(numbers));
        return (new RunStore(TimeProvider.System, _folder, skipped).All("vast"), [.. told]);
    }
}
