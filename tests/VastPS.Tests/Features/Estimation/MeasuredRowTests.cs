using VastPS.Basics;
using VastPS.Bench;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

/// <summary>How a row of measurements becomes a workload and a point, on rows made up for it.</summary>
public sealed class MeasuredRowTests
{
    private static readonly IReadOnlyList<MeasuredRow> s_rows =
        MeasuredRow.Read(Path.Combine(Repo.Root, "tests", "VastPS.Tests", "Data", "measured.csv"));

    [Fact]
    public void Columns_and_notes_become_settings()
    {
        VastWorkload work = RowWorkload.Of(Row("S2"), out _)!;

        Assert.Equal(VastRunMethod.QLoRA, work.Method);
        Assert.Equal(VastQuantization.NF4Double, work.Quantization);
        Assert.Equal((32, 4, 1000), (work.AdapterRank, work.BatchSize, work.SequenceLength));
        Assert.Equal(["q_proj", "v_proj"], work.AdapterTarget);
        Assert.Equal(VastLoss.FusedLinear, work.Loss);
        Assert.True(work.VariableLengths);
    }

    [Fact]
    public void Selective_checkpointing_compiled_kernels_and_the_type_of_adapters_are_read()
    {
        VastWorkload selective = RowWorkload.Of(Row("S7"), out _)!;
        VastWorkload adapters = RowWorkload.Of(Row("S8"), out _)!;

        Assert.Equal((VastCheckpointing.Selective, true), (selective.Checkpointing, selective.FusedKernels));
        Assert.Equal((VastCheckpointing.Full, false), (adapters.Checkpointing, adapters.FusedKernels));
        Assert.Equal(VastPrecision.BF16, adapters.AdapterPrecision);
    }

    // 7.242 B fit 32 layers of 4096 with grouped keys only with a gated MLP of 14336 and a head of its own.
    [Fact]
    public void The_number_of_parameters_says_what_the_columns_leave_open()
    {
        VastWorkload gated = RowWorkload.Of(Row("S1"), out _)!;
        VastWorkload experts = RowWorkload.Of(Row("S3"), out _)!;

        Assert.True(gated.GatedMlp);
        Assert.False(gated.TiedEmbeddings);
        Assert.Equal(0, gated.ExpertCount);
        Assert.Equal(8, experts.ExpertCount);
    }

    // 7.242e9 x 10 bytes at the optimizer step; torch's allocated bytes hold no gaps and no context.
    [Fact]
    public void Allocated_bytes_are_compared_without_gaps_and_context()
    {
        Point point = Assert.Single(MemoryAccuracy.Vram([Row("S1")]));

        Assert.Equal(72.42e9, point.Base, 0.01e9);
        Assert.Equal(67.45, point.Measured / Bytes.GiB, 0.01);
        Assert.True(point.Pessimistic > point.Base);
    }

    // A shape is written once for each model; 4 bits are 4 bits whoever packed them; one matrix may hold queries, keys and values.
    [Fact]
    public void Rows_inherit_their_shape_and_name_packings_and_targets_in_their_own_words()
    {
        VastWorkload packed = RowWorkload.Of(Row("S12"), out _)!;
        VastWorkload trainer = RowWorkload.Of(Row("S13"), out _)!;

        Assert.Equal((32, 4096, 14336), (packed.Layers, packed.HiddenSize, packed.MlpWidth));
        Assert.Equal(VastQuantization.Int4, packed.Quantization);
        Assert.Equal(["q_proj", "k_proj", "v_proj"], packed.AdapterTarget);
        Assert.Equal(VastRunMethod.LoRA, trainer.Method);
        Assert.Equal(["q_proj", "gate_proj", "up_proj", "down_proj"], trainer.AdapterTarget);
    }

    [Fact]
    public void Experts_are_those_of_the_model_of_the_row()
    {
        Assert.Equal(2, RowWorkload.Of(Row("S14"), out _)!.ActiveExperts);
        Assert.Equal((32, 4), (RowWorkload.Of(Row("S15"), out _)!.ExpertCount, RowWorkload.Of(Row("S15"), out _)!.ActiveExperts));
    }

    // The end that one source would need is set by the others alone: it stays beyond it.
    [Fact]
    public void A_source_is_judged_by_what_the_others_give()
    {
        Point[] points = [.. Enumerable.Range(0, 6).Select(i => new Point(Row("S1"), i == 5 ? 200 : 100, 100, 90, 110, 1.1))];

        Assert.Equal(1, HeldOut.Points(points).Count(p => p.IsBeyond));
    }

    [Fact]
    public void What_cannot_be_described_is_said_and_left_out()
    {
        Assert.Null(RowWorkload.Of(Row("S4"), out string unknown));
        Assert.Equal("method prefix_tuning", unknown);
        Assert.Null(RowWorkload.Of(Row("S5"), out string missing));
        Assert.Equal("no sequence length", missing);
        Assert.Null(RowWorkload.Of(Row("S9"), out string shapeless));
        Assert.Equal("no layers", shapeless);
        Assert.Null(RowWorkload.Of(Row("S10"), out string unmeasured));
        Assert.Equal("no measured_value", unmeasured);
        Assert.Null(RowWorkload.Of(Row("S11"), out string unit));
        Assert.Equal("unit Gbit", unit);
        Assert.Empty(MemoryAccuracy.Vram([Row("S4"), Row("S5"), Row("S6"), Row("S9"), Row("S10"), Row("S11")]));
    }

    [Fact]
    public void Figures_are_those_of_the_points()
    {
        Point[] points = [.. new[] { 100.0, 125, 200, 50 }.Select(b => new Point(Row("S1"), 100, b, b / 2, b * 1.5, b / 50, 150))];
        var figures = new Figures(points);

        Assert.Equal(0.5, figures.MedianError, 1e-9);       // errors 0, 0.25, 0.5 and 1: the upper of the two in the middle
        Assert.Equal(0.25, figures.Within20);
        Assert.Equal(0.25, figures.Beyond);                  // 50 x 1.5 is below 100
        Assert.Equal(0.75, figures.Inside);
        Assert.Equal(2.5, figures.MedianWidth);
        Assert.Equal(0.5, figures.NaiveMedianError);
    }

    private static MeasuredRow Row(string name) => s_rows.Single(r => r.Name == name);
}
