using System.Text;
using VastPS.Basics;

namespace VastPS.Tests.Basics;

public sealed class BytePatternsTests
{
    private static readonly string[] s_words = ["0123456789", "abcdefgh", "abcdefgx", "aaaaaaaaaaaa"];

    [Theory]
    [InlineData("abcdefgh", true)]
    [InlineData("abcdefg", false)]
    [InlineData("zabcdefgxz", true)]
    [InlineData("abcdefgabcdefgh", true)]
    [InlineData("aaaaaaaaaaa", false)]
    [InlineData("baaaaaaaaaaaa", true)]
    [InlineData("012345678 0123456789", true)]
    [InlineData("", false)]
    public void Each_word_is_found_wherever_it_stands(string text, bool isThere) =>
        Assert.Equal(isThere, Made().IsIn(Encoding.ASCII.GetBytes(text)));

    // Letters of a small alphabet make near misses as often as hits; what String.Contains says is the truth.
    [Fact]
    public void It_agrees_with_a_plain_search_on_random_texts()
    {
        var chance = new Random(7);
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + chance.Next(2))));
        for (int turn = 0; turn < 2000; turn++)
        {
            string[] words = [.. Enumerable.Range(0, 3).Select(_ => Text(chance.Next(2, 9)))];
            string text = Text(chance.Next(0, 40));
            bool found = new BytePatterns([.. words.Select(Encoding.ASCII.GetBytes)]).IsIn(Encoding.ASCII.GetBytes(text));
            Assert.True(words.Any(w => text.Contains(w, StringComparison.Ordinal)) == found, $"{string.Join(' ', words)} in {text}");
        }
    }

    private static BytePatterns Made() => new([.. s_words.Select(Encoding.ASCII.GetBytes)]);
}
