using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Runs;

/// <summary>Start-VastRun -From: again on purpose, with the cause first, and never while the run may go on.</summary>
public sealed class StartAgainTests(SharedRunBed shared) : IClassFixture<SharedRunBed>
{
    private readonly RunBed _bed = shared.Bed;

    [Fact]
    public void Command_folder_limit_and_rules_are_taken_from_the_run_that_failed()
    {
        _bed.Shell("mkdir -p again");
        VastRun failed = _bed.Ended(_bed.Start(
            "pwd; echo \"A is $A\"; exit 3",
            "-MaxRuntime 42m -WorkingDirectory again -CheckpointPath out -AbortIf 'loss > 8' -Environment @{ A = 'one' } "
            + "-Kind Supervised"));
        Ran ran = _bed.Run("Start-VastRun -From $run -Environment @{ A = 'two' } -Confirm:$false", ("run", failed));
        VastRun next = Assert.Single(ran.Output.OfType<VastRun>());
        Assert.Empty(ran.Errors);
        Assert.Contains("Failed", Assert.Single(ran.Warnings), StringComparison.Ordinal);
        Assert.NotEqual(failed.RunId, next.RunId);
        Assert.Equal(failed.Command, next.Command);
        Assert.Equal(TimeSpan.FromMinutes(42), next.Deadline - next.StartedAt);
        Assert.Equal((failed.Kind, "loss > 8"), (next.Kind, Assert.Single(next.AbortIf)));
        Assert.Equal(VastRunOutcome.Failed, _bed.Ended(next).Outcome);
        string[] log = [.. _bed.Run("$run | Receive-VastRunLog", ("run", next)).Clean<string>()];
        Assert.EndsWith("/again", log[0], StringComparison.Ordinal);
        Assert.Equal("A is two", log[1]);
        RunRecord record = Assert.Single(_bed.Host.Services.RunRecords.Where(_bed.Host.Services.Api.Server, r => r.RunId == next.RunId));
        Assert.Equal("again/out", record.CheckpointPath);
    }

    [Fact]
    public void Values_of_variables_are_never_stored_so_they_are_asked_for()
    {
        VastRun failed = _bed.Ended(_bed.Start("exit 3", "-MaxRuntime 10m -Environment @{ TOKEN_X = 'value-never-stored' }"));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(TestEnvironment.Folder, "runs.jsonl", SearchOption.AllDirectories),
            f => File.ReadAllText(f).Contains("value-never-stored", StringComparison.Ordinal));
        Ran ran = _bed.Run("Start-VastRun -From $run -Confirm:$false", ("run", failed));
        Assert.Contains("TOKEN_X", ran.OneError("VastInvalidValue").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public void The_question_names_the_cause_and_under_WhatIf_nothing_starts()
    {
        VastRun failed = _bed.Ended(_bed.Start("echo 'RuntimeError: CUDA out of memory. Tried to allocate 2 GiB' >&2; exit 1"));
        int runs = _bed.Run("Get-VastRun").Clean<VastRun>().Count;
        Ran asked = _bed.Run("Start-VastRun -From $run -WhatIf", ("run", failed));
        Assert.Empty(asked.Clean<VastRun>());
        Assert.Contains("OutOfMemory", Assert.Single(asked.Warnings), StringComparison.Ordinal);
        Assert.Equal(runs, _bed.Run("Get-VastRun").Clean<VastRun>().Count);
        RunRecord record = Assert.Single(_bed.Host.Services.RunRecords.Where(_bed.Host.Services.Api.Server, r => r.RunId == failed.RunId));
        var options = new LaunchOptions(new LaunchRequest("true", null)) { Proof = new RunProof(null, null, null, [], VastTrainingKind.Any) };
        Assert.Contains(
            $"'{failed.Name}' ended as OutOfMemory", Texts.StartRunAction(options, new Relaunch(record, failed)), StringComparison.Ordinal);
    }

    [Fact]
    public void Consent_is_asked_with_the_cause_and_where_nobody_can_answer_nothing_starts()
    {
        VastRun failed = _bed.Ended(_bed.Start("exit 3"));
        int runs = _bed.Run("Get-VastRun").Clean<VastRun>().Count;
        _bed.Run("Start-VastRun -From $run", ("run", failed)).OneError("VastNeedsConfirmation");
        Assert.Equal(runs, _bed.Run("Get-VastRun").Clean<VastRun>().Count);
    }

    [Fact]
    public void A_run_that_still_goes_on_is_one_error()
    {
        VastRun going = _bed.Start("sleep 4711");
        Ran ran = _bed.Run("Start-VastRun -From $name -Confirm:$false", ("name", going.Name));
        ran.OneError("VastRunGoesOn");
        Assert.Empty(ran.Output);
        Assert.Equal(VastRunState.Running, _bed.Look(going).State);
        _bed.Run("$run | Stop-VastRun -Grace 0s", ("run", going)).Clean<VastRun>();
    }

    [Theory]
    [InlineData("'no-such-run'", "VastRunNotFound")]
    [InlineData("'*'", "VastInvalidValue")]
    [InlineData("7", "VastInvalidValue")]
    public void What_is_no_run_is_told(string from, string id)
    {
        _bed.Run($"Start-VastRun -From {from} -Confirm:$false").OneError(id);
    }
}
