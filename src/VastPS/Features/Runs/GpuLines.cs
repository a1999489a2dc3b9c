using System.Globalization;

namespace VastPS.Features.Runs;

/// <summary>Reads lines of nvidia-smi: use in percent, used MiB, all MiB; one a GPU and look.</summary>
internal static class GpuLines
{
    /// <summary>The line of the GPU with the most memory in use; null where no line tells it.</summary>
    public static GpuMemory? Fullest(IReadOnlyList<string> lines) => lines
        .Select(l => l.Split(','))
        .Where(c => c.Length >= 2)
        .Select(c => (Used: Number(c[1]), Whole: c.Length > 2 ? Number(c[2]) : null))
        .Where(g => g.Used is not null)
        .OrderByDescending(g => g.Used)
        .Select(g => new GpuMemory(g.Used!.Value, g.Whole))
        .FirstOrDefault();

    /// <summary>The mean of all uses; null where a GPU does not say it: that one may work.</summary>
    public static double? MeanPercent(IReadOnlyList<string> lines)
    {
        double?[] told = [.. lines.Select(l => Number(l.Split(',')[0]))];
        return told.Length == 0 || told.Contains(null) ? null : told.Average();
    }

    private static double? Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number >= 0
            ? number
            : null;
}
