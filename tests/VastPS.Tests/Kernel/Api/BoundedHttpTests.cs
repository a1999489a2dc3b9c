using Microsoft.Extensions.Time.Testing;
using VastPS.Kernel.Api;

namespace VastPS.Tests.Kernel.Api;

/// <summary>Answers of a server that does not mean well are bounded in size and in time.</summary>
public sealed class BoundedHttpTests
{
    private const int Most = 1_000_000;

    [Theory]
    [InlineData(1, "it drips: 11 bytes in 11 s")]
    [InlineData(99, "it drips: 1089 bytes in 11 s")]
    public async Task What_drips_is_given_up(int bytes, string why)
    {
        var clock = new FakeTimeProvider();
        await using var body = new Drip(clock, bytes, 1, int.MaxValue);
        InvalidDataException error =
            await Assert.ThrowsAsync<InvalidDataException>(() => BoundedHttp.ReadAsync(body, Most, clock, default));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_ends_is_cut()
    {
        var clock = new FakeTimeProvider();
        await using var body = new Drip(clock, 50_000_000, 0, int.MaxValue);
        (byte[] read, bool isCut) = await BoundedHttp.ReadAsync(body, Most, clock, default);
        Assert.Equal((Most, true), (read.Length, isCut));
    }

    [Fact]
    public async Task What_is_slow_and_comes_is_read()
    {
        var clock = new FakeTimeProvider();
        await using var body = new Drip(clock, 1000, 5, 30);
        (byte[] read, bool isCut) = await BoundedHttp.ReadAsync(body, Most, clock, default);
        Assert.Equal((30_000, false), (read.Length, isCut));
    }

    // So many bytes at a time, each time so many seconds later.
    private sealed class Drip(FakeTimeProvider clock, int bytes, int seconds, int times) : MemoryStream
    {
        private int _left = times;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            int count = _left-- > 0 ? Math.Min(bytes, buffer.Length) : 0;
            buffer.Span[..count].Fill((byte)'x');
            return ValueTask.FromResult(count);
        }
    }
}
