using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VastPS.Basics;
using VastPS.Features.Runs;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Watchers that are processes of their own and are killed without a word, and runs of other computers.</summary>
public sealed class WatcherProcessTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    private string Server => _bed.Host.Services.Api.Server;

    private static string RunsFile => Path.Combine(StateFolder.Locate(), "runs.jsonl");

    [Fact]
    public async Task Another_process_watches_on_after_the_watching_one_was_killed()
    {
        VastRun run = _bed.Start(
            "echo begin; while [ ! -e go ]; do sleep 0.1; done; echo 'ValueError: x' >&2; exit 5", "-MaxRuntime 10m -Name watched");
        foreach (int looks in (int[])[1, 3])
        {
            int before = _bed.Vast.Requests.Count;
            using Process watcher = Watch();
            Wait.Until(
                () => watcher.HasExited || _bed.Vast.Requests.Count >= before + looks, TimeSpan.FromSeconds(60), "the watcher to look");
            Assert.False(watcher.HasExited, "The watcher ended by itself.");
            watcher.Kill();
            await watcher.WaitForExitAsync();
        }

        _bed.Shell("touch go");
        using Process last = Watch();
        string said = await last.StandardOutput.ReadToEndAsync();
        string errors = await last.StandardError.ReadToEndAsync();
        await last.WaitForExitAsync();
        VastRun here = _bed.Look(run);
        Assert.True(said.Length > 0, errors);
        Assert.Equal(Line(here), said.Trim());
        Assert.Equal((VastRunOutcome.Failed, 5), (here.Outcome!.Value, here.ExitCode!.Value));
        Assert.True(here.Cost > 0);
        Assert.Equal(["exit code 5", "log line 2: ValueError: x"], here.Evidence);
    }

    [Fact]
    public void A_writer_that_is_killed_at_any_moment_damages_nothing()
    {
        const int Count = 100;
        string state = Directory.CreateDirectory(Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"))).FullName;
        string file = Path.Combine(state, "runs.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, Count).Select(i => JsonSerializer.Serialize(new
        {
            Server,
            RunId = $"run-{i}",
            Started = new RunRecord($"run-{i}", $"gone-{i}", 1, "true", TimeProvider.System.GetUtcNow()),
        })));

        // Each look at a run whose instance is gone writes one line.
        int Ended()
        {
            JsonElement[] lines = [.. File.ReadAllLines(file).Select(l => JsonDocument.Parse(l).RootElement)];
            Assert.Equal(Count, lines.Count(l => l.TryGetProperty("Started", out _)));
            return lines.Count(l => l.TryGetProperty("Ended", out _));
        }

        foreach (int moment in (int[])[1, 20, 40])
        {
            using Process writer = Child("Get-VastRun | ForEach-Object { }", state);
            Wait.Until(
                () => writer.HasExited || File.ReadLines(file).Count() >= Count + moment, TimeSpan.FromSeconds(60), "the writer to write");
            writer.Kill();
            writer.WaitForExit();
            Assert.InRange(Ended(), moment, Count);
        }

        using Process last = Child("Get-VastRun | ForEach-Object Outcome", state);
        Assert.Equal(Count, last.StandardOutput.ReadToEnd().Split('\n').Count(l => l.Trim() == "Removed"));
        Assert.Equal(Count, Ended());
        Assert.Empty(Directory.GetFiles(state, "*.tmp"));
    }

    [Fact]
    public async Task A_run_of_another_computer_is_found_watched_and_read_on_its_box()
    {
        VastRun run = await ForeignAsync("echo far; sleep 1; exit 4", "far");
        VastRun seen = Assert.Single(_bed.Run("Get-VastRun -Name far").Clean<VastRun>());
        Assert.Equal(run.RunId, seen.RunId);
        Assert.Contains("started from another computer", seen.Evidence);
        VastRun ended = Assert.Single(_bed.Run("Get-VastRun -Name far | Wait-VastRun -PollInterval 300ms").Clean<VastRun>());
        Assert.Equal((VastRunOutcome.Failed, 4, run.RunId), (ended.Outcome!.Value, ended.ExitCode!.Value, ended.RunId));
        Assert.True(ended.Cost > 0);
        Assert.Equal(VastRunOutcome.Failed, Assert.Single(_bed.Run("Wait-VastRun -Name f?r -PollInterval 300ms").Clean<VastRun>()).Outcome);
        Assert.Equal("far", Assert.Single(_bed.Run("Receive-VastRunLog -Name far").Clean<string>()));
        _bed.Run("Wait-VastRun -Name nowhere").OneError("VastRunNotFound");
    }

    [Fact]
    public async Task A_run_of_another_computer_can_be_ended()
    {
        await ForeignAsync("sleep 4871", "distant");
        Assert.Equal(
            VastRunOutcome.Killed,
            Assert.Single(_bed.Run("Stop-VastRun -Name distant -Grace 0s -Confirm:$false").Clean<VastRun>()).Outcome);
        Assert.False(Processes.Any("sleep 4871"));
    }

    [Fact]
    public async Task An_instance_that_is_listed_again_has_the_last_word_over_Removed()
    {
        VastRun run = _bed.Start("sleep 1");
        await new RunStore(TimeProvider.System).CloseAsync(
            Server, run.RunId, new RunEnd(VastRunOutcome.Removed, 77, run.StartedAt, ["a look with another account's key"]), default);
        Assert.Equal(
            VastRunOutcome.Completed,
            Assert.Single(_bed.Run("$run | Wait-VastRun -PollInterval 300ms", ("run", run)).Clean<VastRun>()).Outcome);
        Assert.Equal(VastRunOutcome.Completed, _bed.Look(run).Outcome);
    }

    [Fact]
    public async Task A_run_that_another_account_lists_does_not_end_as_Removed()
    {
        VastRun run = _bed.Start("sleep 4875", "-MaxRuntime 10m -Name other");
        await AtomicFile.UpdateAsync(
            RunsFile,
            text => string.Concat(text!.Split('\n').Where(l => l.Length > 0).Select(l => (l.Contains(run.RunId, StringComparison.Ordinal)
                ? l.Replace($"\"InstanceId\":{run.InstanceId}", "\"InstanceId\":1", StringComparison.Ordinal)
                    .Replace("\"KeyMark\":\"", "\"KeyMark\":\"not", StringComparison.Ordinal)
                : l) + "\n")),
            TimeProvider.System,
            default);
        VastRun seen = Assert.Single(_bed.Run("Get-VastRun -Name other").Clean<VastRun>());
        Assert.Equal((VastRunState.Unknown, null), (seen.State, seen.Outcome));
        Assert.Contains(seen.Evidence, e => e.Contains("another API key", StringComparison.Ordinal));
        _bed.Run("Wait-VastRun -Name other -PollInterval 300ms -OnFinish Remove -Confirm:$false").OneError("VastRunOfOtherAccount");
        _bed.Run("Stop-VastRun -Name other -Confirm:$false").OneError("VastRunOfOtherAccount");
        Assert.True(Processes.Any("sleep 4875"));
        _bed.Shell($"kill $(pgrep -f 'sleep 4875'); true");
    }

    // A frozen box may begin what it was told long ago: what was called Killed must not begin after it.
    [Fact]
    public async Task A_start_that_is_called_Killed_never_begins()
    {
        const string Id = "run-0f0f0f0f";
        await new RunStore(TimeProvider.System).OpenAsync(
            Server,
            new RunRecord(Id, "held", _bed.Box.InstanceId, "sleep 4876", TimeProvider.System.GetUtcNow().AddMinutes(-3)),
            default);
        VastRun seen = Assert.Single(_bed.Run("Get-VastRun -Name held").Clean<VastRun>());
        Assert.Equal(VastRunOutcome.Killed, seen.Outcome);
        var options = new LaunchOptions(new LaunchRequest("sleep 4876", null)) { Proof = new RunProof(null, null, null, [], VastTrainingKind.Any) };
        _bed.Run(
            "$box | Invoke-VastCommand $launch -Timeout 2s", ("launch", RunScripts.Launch(Id, "held", options, TimeSpan.FromSeconds(1))));
        Assert.False(Processes.Any("sleep 4876"));
    }

    private static string Line(VastRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Outcome}|{run.ExitCode}|{run.Cost}|{string.Join(';', run.Evidence.Where(e => !e.StartsWith("GPU", StringComparison.Ordinal)))}");

    // As if somebody else had started it: its note here is taken away.
    private async Task<VastRun> ForeignAsync(string command, string name)
    {
        VastRun run = _bed.Start(command, "-MaxRuntime 10m -Name " + name);
        await AtomicFile.UpdateAsync(
            RunsFile,
            text => string.Concat(
                text!.Split('\n').Where(l => l.Length > 0 && !l.Contains(run.RunId, StringComparison.Ordinal)).Select(l => l + "\n")),
            TimeProvider.System,
            default);
        return run;
    }

    private Process Watch() => Child(
        "Wait-VastRun -Name watched -PollInterval 500ms -WarningAction Ignore | ForEach-Object { "
            + "[string]::Format([cultureinfo]::InvariantCulture, '{0}|{1}|{2}|{3}', $_.Outcome, $_.ExitCode, $_.Cost, (($_.Evidence "
            + "-notlike 'GPU*') -join ';')) }",
        StateFolder.Locate());

    private Process Child(string script, string state) => PowerShellProcess.Start(
        $"Import-Module '{Path.Combine(Repo.Root, "out", "VastPS")}'; {script}",
        ("VAST_URL", _bed.Vast.Server.Address.ToString()),
        ("VAST_API_KEY", _bed.Vast.Server.ApiKey),
        ("VASTPS_STATE", state));
}
