using VastPS.Basics;
using VastPS.Tests.Kit;

namespace VastPS.Tests.Basics;

/// <summary>Whole files are replaced although something else has them open for a moment, as on Windows.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _here = Directory.CreateTempSubdirectory("vastps-atomic-").FullName;

    private string Target => Path.Combine(_here, "file");

    public void Dispose() => Directory.Delete(_here, recursive: true);

    [Theory]
    [InlineData("denied")]
    [InlineData("shared")]
    public async Task A_file_that_is_open_for_a_moment_is_replaced_after_it(string why)
    {
        File.WriteAllText(Target, "old");
        int tried = 0;
        await AtomicFile.MoveAsync(
            AtomicFile.Draft(Target, to => to.Write("new"u8)),
            Target,
            (from, to) =>
            {
                if (++tried < 4)
                {
                    throw Refusal(why);
                }

                File.Move(from, to, overwrite: true);
            },
            new QuickClock(),
            default);
        Assert.Equal((4, "new"), (tried, File.ReadAllText(Target)));
        Assert.Single(Directory.GetFiles(_here));
    }

    [Theory]
    [InlineData("denied", 20)]
    [InlineData("full", 1)]
    public async Task What_does_not_pass_is_told_and_leaves_the_old_file(string why, int tries)
    {
        File.WriteAllText(Target, "old");
        int tried = 0;
        await Assert.ThrowsAnyAsync<SystemException>(() => AtomicFile.MoveAsync(
            AtomicFile.Draft(Target, to => to.Write("new"u8)),
            Target,
            (_, _) =>
            {
                tried++;
                throw Refusal(why);
            },
            new QuickClock(),
            default));
        Assert.Equal((tries, "old"), (tried, File.ReadAllText(Target)));
        Assert.Single(Directory.GetFiles(_here));
    }

    [Fact]
    public void Who_reads_keeps_nobody_from_replacing()
    {
        File.WriteAllText(Target, "text");
        using var writer = new FileStream(Target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Assert.Equal("text", AtomicFile.Read(Target));
    }

    private static Exception Refusal(string why) => why switch
    {
        "denied" => new UnauthorizedAccessException(),
        "shared" => new IOException("in use", unchecked((int)0x80070020)),
        _ => new IOException("full", unchecked((int)0x80070070)),
    };
}
