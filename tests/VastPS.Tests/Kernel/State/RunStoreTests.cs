using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-runs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(VastRunOutcome.Failed, VastRunOutcome.Completed, VastRunOutcome.Failed)]
    [InlineData(VastRunOutcome.Completed, VastRunOutcome.Removed, VastRunOutcome.Completed)]
    [InlineData(VastRunOutcome.Removed, VastRunOutcome.Completed, VastRunOutcome.Completed)]
    public async Task The_first_word_about_an_end_stands_unless_the_instance_was_only_gone(
        VastRunOutcome first, VastRunOutcome second, VastRunOutcome stands)
    {
        var runs = new RunStore(TimeProvider.System, _folder);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await runs.OpenAsync("vast", new RunRecord("r-1", "one", 7, "true", now), default);
        foreach (VastRunOutcome outcome in new[] { first, second })
        {
            await runs.CloseAsync("vast", "r-1", new RunEnd(outcome, 0, now, [$"seen as {outcome}"]), default);
        }

        RunEnd end = Assert.Single(new RunStore(TimeProvider.System, _folder).All("vast")).End!;
        Assert.Equal((stands, $"seen as {stands}"), (end.Outcome, Assert.Single(end.Evidence)));
    }
}
