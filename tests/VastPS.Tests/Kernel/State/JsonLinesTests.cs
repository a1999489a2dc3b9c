using System.Text;
using System.Text.Json;
using VastPS.Basics;
using VastPS.Kernel.State;

namespace VastPS.Tests.Kernel.State;

/// <summary>One file of lines, whatever they are about: adding, finding, compacting, and what somebody else does to the file.</summary>
public sealed class JsonLinesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vastps-jsonlines-").FullName;
    private readonly SkippedLines _skipped = new();
    private readonly List<int> _told = [];
    private readonly JsonLines<Note> _lines;
    private int _parsed;

    public JsonLinesTests()
    {
        _skipped.Listen((_, numbers) => _told.AddRange(numbers));
        _lines = Open();
    }

    private string File => Path.Combine(_folder, "notes.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_line_is_added_to_the_file_that_is_there()
    {
        await AddAsync(_lines, "a", 1);
        using FileStream open = AtomicFile.OpenShared(File)!;
        await AddAsync(_lines, "b", 2);
        await AddAsync(_lines, "a", 3);
        Assert.Equal(3, new StreamReader(open).ReadToEnd().Count(c => c == '\n'));
        Assert.Equal([("a", 3), ("b", 2)], All(_lines));
        Assert.Equal([("a", 3), ("b", 2)], All(Open()));
    }

    [Theory]
    [InlineData("{\"Key\":\"b\",\"Va", "a1", 2)] // torn: a line of its own from now on
    [InlineData("{\"Key\":\"b\",\"Value\":2}", "a1 b2", 0)] // whole, only without an end
    [InlineData("{\"Key\":\"b\",\"Value\":2", "a1", 2)]
    [InlineData("  ", "a1", 0)]
    public async Task The_next_line_does_not_glue_onto_one_without_an_end(string tail, string known, int told)
    {
        await AddAsync(_lines, "a", 1);
        await System.IO.File.AppendAllTextAsync(File, tail);
        Assert.Equal(known, Text(_lines));
        Assert.Equal(told == 0 ? [] : [told], _told.Distinct());
        await AddAsync(_lines, "c", 3);
        foreach (JsonLines<Note> lines in new[] { _lines, Open() })
        {
            Assert.Equal(known + " c3", Text(lines));
        }

        Assert.Equal(told == 0 ? [] : [told], _told.Distinct());
        Assert.Contains(tail + "\n", await System.IO.File.ReadAllTextAsync(File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_is_just_writing_is_not_there_yet_and_not_told()
    {
        await AddAsync(_lines, "a", 1);
        await using (await AtomicFile.TakeTurnAsync(File, TimeProvider.System, default))
        {
            await System.IO.File.AppendAllTextAsync(File, "{\"Key\":\"b\",");
            Assert.Equal("a1", Text(_lines));
            Assert.Empty(_told);
            await System.IO.File.AppendAllTextAsync(File, "\"Value\":2}\n");
        }

        Assert.Equal("a1 b2", Text(_lines));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task What_others_wrote_is_read_on_from_where_the_last_reading_ended()
    {
        await WriteAsync(Enumerable.Range(0, 300).Select(i => Line($"k{i}", i)));
        Assert.Equal(300, All(_lines).Count);
        int before = _parsed;
        await System.IO.File.AppendAllTextAsync(File, Line("more", 1) + "\n" + Line("k7", 99) + "\n");
        List<(string, int)> all = All(_lines);
        Assert.Equal(2, _parsed - before);
        Assert.Equal((301, ("more", 1), ("k7", 99)), (all.Count, all[^1], all[7]));
    }

    [Fact]
    public async Task Only_the_lines_that_count_of_what_is_asked_are_parsed()
    {
        await WriteAsync(Enumerable.Range(0, 3000).Select(i => Line($"k{i % 30}", i)));
        Assert.Equal(2977, _lines.Read(i => i.Find("k7"))!.Value);
        Assert.Equal(1, _parsed);
        Assert.Equal(30, All(_lines).Count);
        Assert.Equal(30, _parsed);
    }

    [Theory]
    [InlineData("{\"Key\":\"a\",\"Value\":1}\n", "{\"Key\":\"a\",\"Value\":7}\n", "a7")] // in place, the same length
    [InlineData("{\"Key\":\"a\",\"Value\":1}\n{\"Key\":\"b\",\"Value\":2}\n", "{\"Key\":\"b\",\"Value\":2}\n", "b2")] // shorter
    [InlineData("{\"Key\":\"a\",\"Value\":1}\n", "{\"Key\":\"c\",\"Value\":3}\n{\"Key\":\"d\",\"Value\":4}\n", "c3 d4")] // another, longer
    [InlineData("{\"Key\":\"a\",\"Value\":1}", "{\"Key\":\"a\",\"Value\":1}\n{\"Key\":\"d\",\"Value\":4}\n", "a1 d4")] // got its end
    [InlineData("{\"Key\":\"a\",\"Value\":1}\n", null, "")] // gone
    public async Task A_file_that_somebody_changed_is_read_anew(string before, string? after, string known)
    {
        await System.IO.File.WriteAllTextAsync(File, before);
        Assert.NotEqual("", Text(_lines));
        if (after is null)
        {
            System.IO.File.Delete(File);
        }
        else
        {
            await System.IO.File.WriteAllTextAsync(File, after);
            System.IO.File.SetLastWriteTimeUtc(File, new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Equal(known, Text(_lines));
    }

    [Fact]
    public async Task When_most_lines_are_dead_the_file_is_written_anew_with_what_counts()
    {
        string[] strange = ["not json", "{\"Other\":1}", "{\"Key\":\"new\",\"Value\":\"of a later version\"}", "{\"Key\":\"torn\",\"Va"];
        await WriteAsync([
            strange[0], .. Enumerable.Range(0, 1500).Select(i => Line($"k{i % 3}", i)), .. strange[1..], "", Line("last", -1),
            "{\"Key\":\"k1\",\"Forgotten\":true}",
        ]);
        using FileStream old = AtomicFile.OpenShared(File)!;
        await AddAsync(_lines, "one more", 1);
        string[] expected =
            [strange[0], Line("k0", 1497), Line("k2", 1499), .. strange[1..], Line("last", -1), Line("one more", 1)];
        Assert.Equal(expected, await System.IO.File.ReadAllLinesAsync(File));
        Assert.Equal("k01497 k21499 last-1 one more1", Text(_lines));
        Assert.Equal(1508, new StreamReader(old).ReadToEnd().Count(c => c == '\n'));
        Assert.Equal([File, File + ".lock"], Directory.GetFiles(_folder).Order());
        Assert.Equal("k01497 k21499 last-1 one more1", Text(Open()));
        await AddAsync(_lines, "two more", 2);
        Assert.Equal(8 + 1, (await System.IO.File.ReadAllLinesAsync(File)).Length);
    }

    [Fact]
    public async Task A_file_of_lines_that_all_count_is_never_written_anew()
    {
        await WriteAsync(Enumerable.Range(0, 2998).Select(i => Line($"k{i % 1500}", i)));
        long before = new FileInfo(File).Length;
        await AddAsync(_lines, "k5", 1);
        Assert.Equal(before + Line("k5", 1).Length + 1, new FileInfo(File).Length);
    }

    [Fact]
    public async Task What_needs_nothing_of_the_file_is_added_without_reading_it_and_still_keeps_it_small()
    {
        for (int i = 0; i < 300; i++)
        {
            await Open().AppendAsync([.. Enumerable.Range(0, 100).Select(n => new Note($"k{n}", i))], default);
        }

        // 30,000 lines of 23 bytes and more were written, two and a half times the size at which somebody looks.
        Assert.InRange(new FileInfo(File).Length, 100 * 23, 300_000);
        Assert.Equal(Enumerable.Repeat(299, 100), All(Open()).Select(n => n.Value));
        Assert.Equal(2977, await AddedAsync());

        async Task<int> AddedAsync()
        {
            await WriteAsync(Enumerable.Range(0, 3000).Select(i => Line($"k{i}", i)));
            JsonLines<Note> cold = Open();
            _parsed = 0;
            await cold.AppendAsync([new Note("k7", 2977)], default);
            Assert.Equal(0, _parsed);
            return cold.Read(i => i.Find("k7"))!.Value;
        }
    }

    [Theory]
    [InlineData("{\"Key\":\"a\",\"Value\":1", 1)] // torn behind its key: known as that once it is asked for
    [InlineData("{\"Key\":\"a\",\"Value\":1{\"Key\":\"c\",\"Value\":3}", 1)] // two lines that were glued
    [InlineData("{\"Key\":\"a\",\"Value\":null}", 1)]
    [InlineData("{\"Key\":null,\"Value\":1}", 1)]
    [InlineData("{\"Value\":1}", 1)]
    [InlineData("[1]", 1)]
    [InlineData("{\"Value\":1,\"More\":{\"Key\":\"x\"},\"Key\":\"a\"}", 0)]
    public async Task A_line_that_is_none_is_passed_over_and_told(string line, int told)
    {
        await WriteAsync([line, Line("b", 2)]);
        Assert.Equal(told == 0 ? "a1 b2" : "b2", Text(_lines));
        Assert.Equal(told == 0 ? [] : [told], _told.Distinct());
    }

    [Fact]
    public async Task Text_of_16_bits_or_with_a_mark_is_read_and_goes_on_as_plain_text()
    {
        await System.IO.File.WriteAllTextAsync(File, Line("größer", 1) + "\r\n", Encoding.Unicode);
        Assert.Equal("größer1", Text(_lines));
        await AddAsync(_lines, "b", 2);
        Assert.Equal("größer1 b2", Text(_lines));
        await System.IO.File.WriteAllTextAsync(File, Line("a", 1) + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("a1", Text(_lines));
        await AddAsync(_lines, "b", 2);
        Assert.Equal("a1 b2", Text(_lines));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Many_writers_and_readers_at_once_lose_nothing_while_the_file_is_compacted()
    {
        using var end = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            JsonLines<Note> lines = Open();
            while (!end.IsCancellationRequested)
            {
                Assert.All(All(lines), n => Assert.InRange(n.Value, 0, 199));
            }
        }))];
        await Task.WhenAll(Enumerable.Range(0, 10).Select(writer => Task.Run(async () =>
        {
            JsonLines<Note> lines = Open();
            for (int i = 0; i < 200; i++)
            {
                await AddAsync(lines, $"w{writer}", i);
            }
        })));
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(Enumerable.Range(0, 10).Select(w => ($"w{w}", 199)), All(Open()).Order());
        Assert.InRange((await System.IO.File.ReadAllLinesAsync(File)).Length, 10, 1200);
        Assert.Empty(_told);
    }

    private static Task AddAsync(JsonLines<Note> to, string key, int value) => to.AppendAsync(_ => [new Note(key, value)], default);

    private static List<(string Key, int Value)> All(JsonLines<Note> lines) =>
        lines.Read(i => i.Where(_ => true).Select(n => (n.Key, n.Value)).ToList());

    private static string Text(JsonLines<Note> lines) => string.Join(' ', All(lines).Select(n => $"{n.Key}{n.Value}"));

    private static string Line(string key, int value) => JsonSerializer.Serialize(new Note(key, value));

    private Task WriteAsync(IEnumerable<string> lines) =>
        System.IO.File.WriteAllTextAsync(File, string.Concat(lines.Select(l => l + "\n")));

    private JsonLines<Note> Open() => new(
        new LineFormat<Note>(new LineShape(["Key"], [], [], canBeGone: true), note =>
        {
            Interlocked.Increment(ref _parsed);
            return note.Key.Length > 0;
        }),
        () => File,
        TimeProvider.System,
        _skipped);

    private sealed record Note(string Key, int Value);
}
