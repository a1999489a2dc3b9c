using System.Diagnostics;
using System.Globalization;
using System.Text;
using VastPS.Kernel.Logs;

namespace VastPS.Bench;

/// <summary>Logs of five forms beside StreamReader.ReadLine over the same file, endless lines, and lines that hold anything.</summary>
internal static class LogReport
{
    private const long FormBytes = 100_000_000;
    private const int Rounds = 3;
    private const double MostRatio = 10;
    private const double MostGrowth = 3;
    private const int FuzzedLines = 1_000_000;
    private const double MostLiveMB = 64;

    // A round this short says more of the clock than of the reader.
    private const double LeastMs = 2;

    private static readonly (string Name, Func<long, string> Line)[] s_forms =
    [
        ("dict and bar of transformers", i => FormattableString.Invariant(
            $"{i % 100,3}%|####      | {i}/900000 [04:16<13:02:24,  2.43s/it]\r{{'loss': {2.5 - (i % 997 * 0.001):0.0000}, 'grad_norm': {0.5 + (i % 89 * 0.01):0.000000}, 'learning_rate': 4.9{i % 1000:000}e-05, 'epoch': {i * 0.01:0.00}}}\n")),
        ("JSON lines", i => FormattableString.Invariant(
            $"{{\"current_steps\": {i}, \"total_steps\": 900000, \"loss\": {2.5 - (i % 997 * 0.001):0.0000}, \"lr\": 4.9{i % 1000:000}e-05, \"epoch\": {i * 0.01:0.00}, \"elapsed_time\": \"0:04:16\", \"remaining_time\": \"13:02:24\"}}\n")),
        ("names and values between bars (Megatron)", i => FormattableString.Invariant(
            $" [2026-05-01 10:00:09] iteration {i,8}/  900000 | consumed samples: {i * 512,12} | elapsed time per iteration (ms): 4120.5 | learning rate: 2.9{i % 1000:000}E-04 | global batch size:   512 | lm loss: 1.{i % 9973:0000}00E+01 | loss scale: 1.0 | grad norm: 18.{i % 100:00} | number of skipped iterations:   0 | number of nan iterations:   0 |\n")),
        ("a bar with its loss (kohya)", i => FormattableString.Invariant(
            $"\rsteps: {i % 100,3}%|███▎      | {i}/900000 [03:10<23:14,  1.26it/s, avr_loss=0.{i % 9973:0000}]")),
        ("tables of stable-baselines3", i => FormattableString.Invariant(
            $"-----------------------------------------\n| rollout/                |             |\n|    ep_len_mean          | 24.5        |\n|    ep_rew_mean          | {i % 500}        |\n| time/                   |             |\n|    total_timesteps      | {i * 2048,-11} |\n| train/                  |             |\n|    approx_kl            | 0.0013{i % 10000:0000}  |\n|    loss                 | 8.{i % 100:00}        |\n-----------------------------------------\n")),
    ];

    // Beside the forms that must be met: rows so short that a record costs more than its line.
    private const double MostRatioOfRows = 12;

    private static readonly Func<long, string> s_rows = i => FormattableString.Invariant(
        $"{(i == 1 ? "step,loss\n" : "")}{i},{2.5 - (i % 997 * 0.001):0.000}\n");

    private static readonly string[] s_parts =
    [
        " ", "1", "{", "\"", ",", "a", "loss ", "1 ", "a=1,", "{'a':", "[1/", "12% 1/2 [00:01<", "tensor(", "loss at step 1: ", "loss (step 1", "Epoch 1 ━ 1/9 ", "{\"loss\": 1, [\"x\"], 2 }, (a b) = 'c' 0.5% ",
    ];

    public static int Write(TextWriter to)
    {
        string path = Path.Combine(Path.GetTempPath(), FormattableString.Invariant($"vastps-bench-{Environment.ProcessId}.log"));
        try
        {
            bool met = true;
            to.WriteLine($"{FormBytes / 1_000_000} MB of each form, CPU of the reader and of StreamReader.ReadLine, best of {Rounds}");
            foreach ((string name, Func<long, string> line) in s_forms)
            {
                met &= Form(to, path, name, line, MostRatio);
            }

            met &= Form(to, path, "rows of two cells", s_rows, MostRatioOfRows);

            to.WriteLine("a line of 1 MB against one of half of it, milliseconds");
            foreach (string part in s_parts)
            {
                (double half, double whole) = (Line(part, 1 << 19), Line(part, 1 << 20));
                met &= Tell(to, $"'{part}'", whole / Math.Max(half, LeastMs), MostGrowth, $"{half:0.0} and {whole:0.0}");
            }

            return Fuzz(to) && met ? 0 : 1;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool Form(TextWriter to, string path, string name, Func<long, string> line, double most)
    {
        Make(path, line);
        (double ours, long metrics) = Best(() => Read(path));
        (double theirs, _) = Best(() => ReadLines(path));
        return Tell(to, $"{name}: {metrics:N0} values", ours / theirs, most, $"{ours:0.00} s of {theirs:0.00} s");
    }

    private static void Make(string path, Func<long, string> line)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16);
        long bytes = 0;
        for (long i = 1; bytes < FormBytes; i++)
        {
            string text = line(i);
            bytes += Encoding.UTF8.GetByteCount(text);
            file.Write(text);
        }
    }

    private static long Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        var lines = new LineReader();
        var parser = new MetricParser();
        byte[] piece = new byte[64 * 1024];
        long metrics = 0;
        for (int count = file.Read(piece); count > 0; count = file.Read(piece))
        {
            foreach (LogLine line in lines.Add(piece.AsSpan(0, count)))
            {
                metrics += parser.Read(line).Count;
            }
        }

        return metrics + parser.Finish().Count;
    }

    private static long ReadLines(string path)
    {
        using var file = new StreamReader(path);
        long lines = 0;
        while (file.ReadLine() is not null)
        {
            lines++;
        }

        return lines;
    }

    private static (double Seconds, long Count) Best(Func<long> work)
    {
        (double best, long count) = (double.MaxValue, 0);
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            count = work();
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        }

        return (best, count);
    }

    private static double Line(string part, int chars)
    {
        byte[] line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, chars / part.Length)) + "\n");
        return 1000 * Best(() => new LineReader().Add(line).Sum(l => new MetricParser().Read(l).Count)).Seconds;
    }

    private static bool Fuzz(TextWriter to)
    {
        var chance = new Random(7);
        var lines = new LineReader();
        var parser = new MetricParser();
        (long metrics, double live) = (0, 0);
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        var text = new StringBuilder();
        for (int i = 0; i < FuzzedLines; i++)
        {
            text.Clear();
            for (int parts = chance.Next(1, 16); parts > 0; parts--)
            {
                text.Append(chance.Next(3) == 0 ? ((char)chance.Next(1, 400)).ToString() : s_parts[chance.Next(s_parts.Length)]);
            }

            metrics += lines.Add(Encoding.UTF8.GetBytes(text.Append('\n').ToString())).Sum(l => parser.Read(l).Count);
            live = i % (FuzzedLines / 10) == 0 ? Math.Max(live, GC.GetTotalMemory(forceFullCollection: true) / 1e6) : live;
        }

        double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        return Tell(to, $"{FuzzedLines:N0} fuzzed lines, {metrics:N0} values: MB alive", live, MostLiveMB, $"{seconds:0.0} s");
    }

    private static bool Tell(TextWriter to, string what, double value, double limit, string detail)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what,-76}{value,6:0.0}   {(value > limit ? "MISSED" : "within")} {limit:0}   {detail}"));
        return value <= limit;
    }
}
