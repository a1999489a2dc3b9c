using VastPS.Basics;

namespace VastPS.Tests.Basics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new double[0], double.NaN)]
    [InlineData(new[] { 7.0 }, 7)]
    [InlineData(new[] { 203.0, 13 }, 108)]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    public void The_median_of_an_even_number_lies_between_the_two_in_the_middle(double[] values, double expected) =>
        Assert.Equal(expected, Statistics.Median(values));

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 10)]
    [InlineData(0, 1)]
    public void A_quantile_is_one_of_the_values(double share, double expected) =>
        Assert.Equal(expected, Statistics.Quantile(Enumerable.Range(1, 10).Select(i => (double)i), share));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("llama", "", 5)]
    [InlineData("price", "prise", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Words_are_as_far_apart_as_letters_must_change(string one, string other, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(one, other));
        Assert.Equal(expected, EditDistance.Between(other, one));
    }
}
