using System.Globalization;
using VastPS.Basics;

namespace VastPS.Kernel.Api;

/// <summary>A GPU as Vast names it, and the memory that it has; some names stand for several sizes.</summary>
internal sealed record KnownGpu(string Name, IReadOnlyList<int> VramGiB);

/// <summary>The GPU names that travel with the module, so that they are there before any server was asked.</summary>
internal static class KnownGpus
{
    private static readonly Lazy<IReadOnlyList<KnownGpu>> s_all = new(Load);

    public static IReadOnlyList<KnownGpu> All => s_all.Value;

    // Name and MiB are the first cells of the table that estimates are made from.
    private static List<KnownGpu> Load() =>
        [.. TextLines.Filled(EmbeddedText.Read("gpus.csv")).Where(l => l[0] != '#').Skip(1).Select(l => l.Split(','))
            .GroupBy(c => c[0], c => (int)Math.Round(int.Parse(c[1], CultureInfo.InvariantCulture) / 1024.0))
            .Select(g => new KnownGpu(g.Key, [.. g.Distinct().Order()]))];
}
