using System.Diagnostics;
using System.Globalization;

namespace VastPS.Bench;

/// <summary>A thousand runs watched at polls of half an hour for a simulated month: requests, memory and processor.</summary>
internal static class WatchReport
{
    private const int Runs = 1000;
    private const int MostRequests = 3;
    private const double MostCore = 0.01;
    private const double MostGrowth = 1.05;

    // By then every run has as much of its log as is kept.
    private const int SettledDays = 3;

    public static int Write(TextWriter to, int days)
    {
        using var process = Process.GetCurrentProcess();
        using var many = new ManyRuns(Runs, TimeSpan.FromMinutes(30));
        TimeSpan before = process.TotalProcessorTime;
        double settled = double.NaN;
        double live = double.NaN;
        to.WriteLine($"{Runs:N0} runs, a look each half hour, {days} days");
        for (int day = 1; day <= days; day++)
        {
            many.Advance(TimeSpan.FromDays(1));
            if (day % SettledDays == 0)
            {
                live = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
                settled = double.IsNaN(settled) ? live : settled;
                to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  day {day,2}: {many.Looks,10:N0} looks {many.Requests,9:N0} requests, live {live,7:0.0} MB"));
            }
        }

        process.Refresh();
        double core = (process.TotalProcessorTime - before) / TimeSpan.FromDays(days);
        bool met = many.MostInASecond <= MostRequests && core <= MostCore && live <= settled * MostGrowth && many.Ended.Count == 0;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  at most {many.MostInASecond} requests in a second, {core:0.0000%} of a core, memory after {days} days "
            + $"{live / settled:0.00} times that after {SettledDays}, {many.Ended.Count} ways to lose a run: {(met ? "met" : "MISSED")}"));
        return met ? 0 : 1;
    }
}
