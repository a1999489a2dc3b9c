using VastPS.Kernel.Local;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Kernel.Local;

/// <summary>A file of the user's to which lines are added.</summary>
public sealed class AppendedFileTests
{
    private readonly string _path = Path.Combine(TestEnvironment.Folder, Guid.NewGuid().ToString("N"));

    [Fact]
    public void Lines_are_added_while_others_read_and_also_after_the_file_was_moved()
    {
        File.WriteAllText(_path, "before\n");
        var file = new AppendedFile(_path);
        using (var reader = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            file.Add("one");
            new AppendedFile(_path).Add("two");
        }

        Assert.Equal("before\none\ntwo\n", File.ReadAllText(_path));
        File.Move(_path, _path + ".1");
        file.Add("three");
        Assert.Equal("three\n", File.ReadAllText(_path));
    }

    [Fact]
    public void What_cannot_be_written_is_an_error_before_there_is_anything_to_write()
    {
        Assert.Equal(
            VastReason.LocalItemNotFound, Assert.Throws<VastException>(() => new AppendedFile(Path.Combine(_path, "none"))).Reason);
        Directory.CreateDirectory(_path);
        Assert.Equal(VastReason.LocalItemUnusable, Assert.Throws<VastException>(() => new AppendedFile(_path)).Reason);
    }

    [Fact]
    public async Task No_line_is_lost_where_several_add_at_once_and_somebody_reads()
    {
        AppendedFile[] writers = [.. Enumerable.Range(0, 4).Select(_ => new AppendedFile(_path))];
        await using var reader = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await Task.WhenAll(writers.Select((writer, i) => Task.Run(() =>
        {
            for (int line = 0; line < 200; line++)
            {
                writer.Add($"writer {i} line {line}");
            }
        })));
        Assert.Equal(800, (await File.ReadAllLinesAsync(_path)).Distinct().Count());
    }
}
