using VastPS.Bench;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Features.Estimation;

/// <summary>How well measured runs are estimated: the bars of the estimator. The measurements are read where they stand.</summary>
public sealed class AccuracyTests
{
    [Fact]
    public void Memory_of_measured_runs_is_met()
    {
        IReadOnlyList<Point> points = MemoryAccuracy.Vram(Rows());
        var all = new Figures(points);

        Assert.True(all.Count >= 270, $"{all.Count} rows can be described");
        Assert.InRange(all.MedianError, 0, 0.12);
        Assert.InRange(all.Within20, 0.75, 1);
        Assert.InRange(all.Beyond, 0, 0.05);
        Assert.InRange(all.MedianWidth, 1, 1.45);
        Assert.InRange(all.Width90, 1, 2.0);
        Assert.True(all.NaiveMedianError > 3 * all.MedianError);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("lora")]
    [InlineData("qlora")]
    [InlineData("inference")]
    public void Each_method_is_met_nearly_as_well(string method)
    {
        var figures = new Figures([.. MemoryAccuracy.Vram(Rows()).Where(p => p.Group == method)]);

        Assert.InRange(figures.MedianError, 0, 1.3 * 0.12);
        Assert.InRange(figures.Within20, 1 - (1.3 * 0.25), 1);
        Assert.InRange(figures.Beyond, 0, 1.3 * 0.05);
        Assert.InRange(figures.MedianWidth, 1, 1.3 * 1.35);
        Assert.InRange(figures.Width90, 1, 1.3 * 2.0);
    }

    // What counts for a user is the range on runs that it was not fitted to.
    [Fact]
    public void The_range_holds_on_sources_that_it_was_not_fitted_to()
    {
        IReadOnlyList<Point> memory = HeldOut.Points(MemoryAccuracy.Vram(Rows()));
        var all = new Figures(memory);
        var throughput = new Figures(HeldOut.Points(ThroughputAccuracy.Training(Rows())));

        Assert.InRange(all.MedianError, 0, 0.10);
        Assert.InRange(all.Within20, 0.78, 1);
        Assert.InRange(all.Beyond, 0, 0.05);
        Assert.InRange(all.MedianWidth, 1, 1.5);
        Assert.InRange(all.Width90, 1, 2.3);
        Assert.All(
            memory.GroupBy(p => p.Group).Where(g => g.Key != "rl and dpo"), g => Assert.InRange(new Figures([.. g]).Beyond, 0, 0.07));
        Assert.InRange(throughput.MedianError, 0, 0.20);
        Assert.InRange(throughput.Inside, 0.85, 1);
        Assert.InRange(throughput.MedianWidth, 1, 2.9);
    }

    [Fact]
    public void System_RAM_and_saved_files_are_met()
    {
        IReadOnlyList<MeasuredRow> rows = Rows();

        Assert.InRange(new Figures(MemoryAccuracy.Ram(rows)).MedianError, 0, 0.25);
        Assert.InRange(new Figures(MemoryAccuracy.Disk(rows)).MedianError, 0, 0.25);
    }

    [Fact]
    public void Training_throughput_is_met()
    {
        IReadOnlyList<Point> points = ThroughputAccuracy.Training(Rows());
        var all = new Figures(points);

        Assert.True(all.Count >= 150, $"{all.Count} rows can be described");
        Assert.InRange(all.MedianError, 0, 0.26);
        Assert.InRange(all.Inside, 0.80, 1);
        Assert.InRange(all.MedianWidth, 1, 2.7);
        Assert.True(all.NaiveMedianError > 2 * all.MedianError);
    }

    [Fact]
    public void The_about_page_tells_the_accuracy_as_measured()
    {
        string page = File.ReadAllText(Path.Combine(Repo.Root, "docs", "about", "about_VastPS_Estimation.md"));
        IReadOnlyList<Point> memory = MemoryAccuracy.Vram(Rows());

        Tells("VRAM of one GPU", memory);
        Tells("Training throughput", ThroughputAccuracy.Training(Rows()));
        foreach (IGrouping<string, Point> method in memory.GroupBy(p => p.Group).Where(g => g.Key != "rl and dpo"))
        {
            Assert.Contains($", {method.Count()} runs: ", page, StringComparison.Ordinal);
        }

        void Tells(string what, IReadOnlyList<Point> points)
        {
            var f = new Figures(points);
            Assert.Contains(
                FormattableString.Invariant(
                    $"{what}, {f.Count} runs: median error {100 * f.MedianError:0} %, 90th percentile {100 * f.Error90:0} %"),
                page,
                StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<MeasuredRow> Rows()
    {
        Assert.SkipWhen(Repo.SharedData is null, "The measurements are not beside this checkout.");
        return MeasuredRow.Read(Path.Combine(Repo.SharedData!, "estimates-measured.csv"));
    }
}
