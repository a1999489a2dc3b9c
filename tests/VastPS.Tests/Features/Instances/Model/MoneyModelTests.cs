using System.Globalization;
using FsCheck.Fluent;

namespace VastPS.Tests.Features.Instances.Model;

/// <summary>
/// What must hold about money, whatever is typed and whatever happens: 60 sequences here, 10,000 by ./build.sh soak. A failure names the
/// seed of its sequence; VASTPS_SEED=that-number runs it alone, VASTPS_SEQUENCES=n as many as are wanted.
/// </summary>
public sealed class MoneyModelTests
{
    private const int Usual = 60;
    private const int Workers = 3;

    // The offers of a simulator end some day, and each sequence takes days.
    private const int SequencesOfOne = 12;

    [Fact]
    public async Task Nothing_is_lost_rented_twice_or_told_wrong_in_any_sequence()
    {
        int[] seeds = Seeds();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(
            () => TypeAsync([.. seeds.Where((_, i) => i % Workers == worker)]))));
    }

    private static async Task TypeAsync(int[] seeds)
    {
        foreach (int[] some in seeds.Chunk(SequencesOfOne))
        {
            await using ModelRun run = await ModelRun.StartAsync();
            foreach (int seed in some)
            {
                try
                {
                    await run.TypeAsync(seed);
                }
                catch (Exception e)
                {
                    Assert.Fail($"VASTPS_SEED={seed} ./build.sh soak   types it again.\n{run.Story}  {e}");
                }
            }
        }
    }

    // The gate types the same sequences each time; whoever asks for a number of them gets others, which FsCheck draws.
    private static int[] Seeds() => Number("VASTPS_SEED") is { } only ? [only]
        : Number("VASTPS_SEQUENCES") is { } count ? [.. Gen.Choose(1, int.MaxValue).Sample(count)]
        : [.. Enumerable.Range(1, Usual)];

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : null;
}
