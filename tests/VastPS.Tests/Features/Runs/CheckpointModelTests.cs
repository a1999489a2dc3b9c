using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>Which files are one checkpoint, as trainers lay them out, and whether it is whole.</summary>
public sealed class CheckpointModelTests
{
    private const string Root = "/w/out";

    [Theory]
    [InlineData("model.pt", "model.pt")] // rewritten in place
    [InlineData("ckpt.pt config.json train.log", "ckpt.pt")]
    [InlineData("model.safetensors optimizer.pt config.json", "")] // several in place are one
    [InlineData("step_100.pt step_200.pt", "step_100.pt step_200.pt")]
    [InlineData("epoch=0-step=120.ckpt epoch=1-step=240.ckpt", "epoch=0-step=120.ckpt epoch=1-step=240.ckpt")]
    [InlineData("weights/best.pt weights/last.pt results.csv", "weights/best.pt weights/last.pt")]
    [InlineData("checkpoint-500/model.safetensors checkpoint-500/optimizer.pt checkpoint-500/trainer_state.json", "checkpoint-500")]
    [InlineData("checkpoint-50/a.bin checkpoint-100/a.bin model.safetensors", "checkpoint-50 checkpoint-100 model.safetensors")]
    [InlineData("global_step_100/actor/model_world_size_1_rank_0.pt global_step_100/data.pt", "global_step_100")] // nested
    [InlineData("iter_0000100/mp_rank_00/model.pt latest_checkpointed_iteration.txt", "iter_0000100")]
    [InlineData("1000/default/array.zarr 1000/_METADATA", "1000")]
    [InlineData("__0_0.distcp __1_0.distcp .metadata", "")]
    [InlineData("lightning_logs/version_0/checkpoints/epoch=3-step=100.ckpt", "lightning_logs/version_0/checkpoints/epoch=3-step=100.ckpt")]
    [InlineData("model-00001-of-00002.safetensors model-00002-of-00002.safetensors config.json", "")]
    [InlineData("runs/events.out.tfevents.1 train.log", null)]
    public void The_layouts_of_trainers_are_known(string files, string? found)
    {
        SavedFile[] seen = [.. files.Split(' ').Select(n => File(n))];
        string[] expected = found is null ? [] : [.. found.Split(' ').Select(n => n.Length == 0 ? Root : $"{Root}/{n}")];
        IReadOnlyList<VastRunCheckpoint> all = Find(seen, seen);
        Assert.Equal(expected.Order(StringComparer.Ordinal), all.Select(c => c.Path).Order(StringComparer.Ordinal));
        Assert.All(all, c => Assert.Equal((VastCheckpointState.Complete, ""), (c.State, c.Why)));
    }

    [Fact]
    public void Files_that_grow_appear_or_are_replaced_are_being_written()
    {
        SavedFile whole = File("step_100.pt"), other = File("step_200.pt");
        Assert.Equal(VastCheckpointState.BeingWritten, Find([whole, other], [whole, other with { Bytes = 9 }])[0].State);
        Assert.Equal(VastCheckpointState.BeingWritten, Find([whole], [whole, other]).Single(c => c.Path == $"{Root}/step_200.pt").State);
        Assert.Equal(VastCheckpointState.BeingWritten, Find([File("ckpt.pt")], [File("ckpt.pt") with { Inode = "8" }])[0].State);
        Assert.Equal(VastCheckpointState.BeingWritten, Find([File("ckpt.pt")], [File("ckpt.pt") with { At = 990 }])[0].State);
    }

    [Theory]
    [InlineData("tmp-checkpoint-500/model.safetensors")]
    [InlineData("checkpoint-500.tmp/model.safetensors")]
    [InlineData("1000.orbax-checkpoint-tmp-17/x/array")]
    [InlineData("step_100.pt.tmp")]
    [InlineData("ckpt.pt.incomplete")]
    [InlineData("model-00001-of-00003.safetensors model-00003-of-00003.safetensors")]
    public void What_nobody_finishes_is_incomplete(string files)
    {
        SavedFile[] seen = [.. files.Split(' ').Select(n => File(n))];
        VastRunCheckpoint only = Assert.Single(Find(seen, seen));
        Assert.Equal(VastCheckpointState.Incomplete, only.State);
        Assert.NotEmpty(only.Why);
    }

    [Fact]
    public void A_whole_one_beside_its_next_version_stays_whole()
    {
        SavedFile whole = File("ckpt.pt"), next = File("ckpt.pt.tmp");
        IReadOnlyList<VastRunCheckpoint> found = Find([whole, next], [whole, next with { Bytes = 7 }]);
        Assert.Equal(
            [("ckpt.pt", VastCheckpointState.Complete), ("ckpt.pt.tmp", VastCheckpointState.BeingWritten)],
            found.Select(c => (Path.GetFileName(c.Path), c.State)).OrderBy(c => c.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_ends_before_it_should_is_named()
    {
        SavedFile[] seen = [File("checkpoint-5/a.pt"), File("checkpoint-5/b.pt")];
        VastRunCheckpoint only = Assert.Single(Find(seen, seen, "checkpoint-5/b.pt"));
        Assert.Equal(VastCheckpointState.Incomplete, only.State);
        Assert.Contains("b.pt", only.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_comes_first_with_its_size_age_and_save_time()
    {
        SavedFile[] seen =
        [
            File("checkpoint-1/a.pt", at: 100),
            File("checkpoint-2/a.pt", at: 400) with { Born = 380 },
            File("checkpoint-2/b.pt", at: 410) with { Born = 400 },
        ];
        VastRunCheckpoint newest = Find(seen, seen)[0];
        Assert.Equal(
            ("/w/out/checkpoint-2", 2, 590, 30, 2e-6),
            (newest.Path, newest.FileCount, newest.Age.TotalSeconds, newest.SaveTime!.Value.TotalSeconds, newest.SizeGB));
    }

    [Theory]
    [InlineData("path=/w/out\nnow=5\nfirst=1 2 0 7 /w/out/a.pt\n")] // cut
    [InlineData("")]
    public void Half_an_answer_is_none(string answer) => Assert.Null(SavedFiles.Read(answer));

    [Fact]
    public void Odd_lines_are_passed_over_and_names_may_hold_blanks()
    {
        SavedFiles read = SavedFiles.Read(
            "path=/w/out\nnow=5\nfirst=x\nnow=9\nsecond=1 2 ? 7 /w/out/step 10.pt\nsecond=-1 2 3\ncut=/w/out/step 10.pt\nwhole=1\n")!;
        Assert.Equal(new SavedFile("step 10.pt", 1, 2, null, "7"), Assert.Single(read.Second));
        Assert.Equal((9, "step 10.pt"), (read.Now, Assert.Single(read.Cut)));
    }

    private static IReadOnlyList<VastRunCheckpoint> Find(SavedFile[] first, SavedFile[] second, params string[] cut) =>
        CheckpointModel.Find(new SavedFiles(Root, false, 1000, first, second) { Cut = cut.ToHashSet() }, "run-1", 7);

    private static SavedFile File(string name, long at = 900) => new(name, 1000, at, null, "7");
}
