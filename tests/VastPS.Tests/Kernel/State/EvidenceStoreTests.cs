using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VastPS.Features.Estimation;
using VastPS.Kernel.State;
using VastPS.Tests.Features.Estimation;
using VastPS.Tests.Features.Simulation;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.State;

// A spoiled line in the state folder of all tests would be told by every command beside.
[Collection(nameof(WholeProcess))]
public sealed class EvidenceStoreTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    private EvidenceStore Book => new(_clock, new WorkloadConverter());

    [Fact]
    public async Task The_last_evidence_of_each_kind_counts_for_its_instance_and_server()
    {
        EvidenceStore book = Book;
        await book.NoteAsync("ev1", 5, Shown(EvidenceKind.Smoke, false, "killed"), default);
        await book.NoteAsync("ev1", 5, Shown(EvidenceKind.Checks, true, "first of all"), default);
        await book.NoteAsync("ev1", 5, Shown(EvidenceKind.Smoke, false, "loss is NaN"), default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await book.NoteAsync("ev1", 5, Shown(EvidenceKind.Smoke, true, "50 steps"), default);
        await book.NoteAsync("ev1", 6, Shown(EvidenceKind.Checks, true, ""), default);
        await book.NoteAsync("ev2", 5, Shown(EvidenceKind.Estimate, true, ""), default);

        Assert.Equal(
            [
                new Evidence(EvidenceKind.Checks, true, _clock.Start, "first of all"),
                new Evidence(EvidenceKind.Smoke, true, _clock.GetUtcNow(), "50 steps")
            ],
            Book.Of("ev1", 5));
    }

    [Fact]
    public async Task What_was_estimated_or_measured_is_kept_with_it()
    {
        var shown = new Evidence(EvidenceKind.Smoke, true, _clock.GetUtcNow(), "50 steps")
        {
            Pace = new RunPace { StepTime = TimeSpan.FromSeconds(1.5), WorstRunTime = TimeSpan.FromHours(3), Steps = 3000 },
            Training = VastTrainingKind.Reinforcement,
        };
        await Book.NoteAsync("evpace", 5, shown, default);
        Assert.Equal(shown, Assert.Single(Book.Of("evpace", 5)));
    }

    [Fact]
    public async Task What_a_smoke_test_measured_is_kept_with_its_workload()
    {
        VastWorkload work =
            Works.Of("Qwen2.5-3B", VastRunMethod.GRPO, d => { d.Offload = VastOffload.Optimizer | VastOffload.Parameters; d.Steps = 30; });
        var measured = new MeasuredRun(
            work, "RTX Fancy", 2, TimeSpan.FromSeconds(2.5)) { VramGiB = 24, HasNvlink = true, PeakVramGiB = 17.5, IsNoted = true };
        await Book.NoteAsync(
            "evmeasured",
            5,
            new Evidence(EvidenceKind.Smoke, true, _clock.GetUtcNow(), "") { Measured = measured, Workload = work },
            default);

        MeasuredRun read = Assert.Single(Book.Measured(), m => m.GpuName == "RTX Fancy");
        Assert.Equal(measured with { Workload = read.Workload }, read);
        Assert.Equal(JsonSerializer.Serialize(work), JsonSerializer.Serialize(read.Workload));
        Assert.Equal(work.ToString(), Assert.Single(Book.Of("evmeasured", 5)).Workload!.ToString());
    }

    [Fact]
    public async Task Evidence_with_a_workload_of_a_later_version_still_counts()
    {
        string file = Path.Combine(TestEnvironment.StateFolder, "evidence.jsonl");
        await Book.NoteAsync("evlater", 5, Shown(EvidenceKind.Checks, true, "one"), default);
        await File.AppendAllTextAsync(
            file,
            "{\"Server\":\"evlater\",\"InstanceId\":5,\"Kind\":\"Smoke\",\"Passed\":true,\"At\":\"2026-07-01T12:00:00Z\",\"Detail\":\"two\",\"Workload\":{\"Later\":1},\"Measured\":{\"Workload\":{\"Later\":1},\"GpuName\":\"RTX Later\",\"GpuCount\":1,\"StepTime\":\"00:00:01\"}}\n");

        Assert.Equal(["one", "two"], Book.Of("evlater", 5).Select(e => e.Detail));
        Assert.DoesNotContain(Book.Measured(), m => m.GpuName == "RTX Later");
    }

    [Fact]
    public async Task Torn_and_foreign_lines_are_passed_over_and_kept()
    {
        EvidenceStore book = Book;
        await book.NoteAsync("evtorn", 5, Shown(EvidenceKind.Smoke, true, "one"), default);
        string file = Path.Combine(TestEnvironment.StateFolder, "evidence.jsonl");
        await File.AppendAllTextAsync(
            file, "{\"Server\":\"evtorn\"}\n{\"Server\":\"evtorn\",\"InstanceId\":5,\"Kind\":\"Later\",\"Detail\":\"\"}\n{\"Server\":\"evtorn\",\"Insta");
        await book.NoteAsync("evtorn", 5, Shown(EvidenceKind.Checks, true, "two"), default);

        Assert.Equal(["one", "two"], Book.Of("evtorn", 5).Select(e => e.Detail));
        Assert.Contains("\"Insta\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        await TestEnvironment.ForgetAsync("evtorn");
    }

    [Fact]
    public async Task The_newest_measurement_of_each_workload_on_a_box_counts()
    {
        foreach ((int batch, double seconds) in ((int, double)[])[(1, 1), (4, 2), (1, 3)])
        {
            VastWorkload work = Works.Of("Qwen2.5-3B", VastRunMethod.LoRA, d => d.BatchSize = batch);
            Evidence shown = Shown(EvidenceKind.Smoke, true, "") with
            {
                Measured = new MeasuredRun(work, "RTX Newest", 1, TimeSpan.FromSeconds(seconds)),
            };
            await Book.NoteAsync("evnewest", 5, shown, default);
        }

        Assert.Equal([2, 3], Book.Measured().Where(m => m.GpuName == "RTX Newest").Select(m => m.StepTime.TotalSeconds).Order());
        Assert.Equal(3, Book.Of("evnewest", 5)[^1].Measured!.StepTime.TotalSeconds);
    }

    private Evidence Shown(EvidenceKind kind, bool passed, string detail) => new(kind, passed, _clock.GetUtcNow(), detail);
}
