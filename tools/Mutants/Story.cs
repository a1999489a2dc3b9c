using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mutants;

/// <summary>The whole of it: compile, note what is reached, try, count.</summary>
internal static class Story
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help"])
        {
            Console.WriteLine(Options.Usage);
            return 0;
        }

        (Options? options, string complaint) = Options.Parse(args);
        if (options is null)
        {
            Console.Error.WriteLine(complaint);
            Console.WriteLine(Options.Usage);
            return 2;
        }

        string root = Directory.GetCurrentDirectory();
        if (!File.Exists(Path.Combine(root, "VastPS.sln")))
        {
            Console.Error.WriteLine("This is typed in the checkout, as ./build.sh mutants.");
            return 2;
        }

        string place = Path.Combine(root, "out", "mutants");
        string programs = Path.Combine(place, "Release", "net10.0");
        string built = Path.Combine(root, "tests", "VastPS.Tests", "bin", "Release", "net10.0");
        CopyChanged(built, programs, "VastPS.dll");

        var module = MutatedModule.Load(root);
        var scope = new Scope(root);
        var files = module.Files
            .Select(f => (f.Name, IsRule: scope.IsRule(f.Name, f.Tree), IsFlow: Scope.IsFlow(f.Name)))
            .Where(f => f.IsRule || f.IsFlow)
            .ToDictionary(f => f.Name);

        // All of them are in it, whatever is asked for, so that what is known of it stays known.
        (IReadOnlyList<Mutant> all, int uncompilable) = module.Emit(files.Keys, Path.Combine(programs, "VastPS.dll"));
        ILookup<string, Mutant> byFile = all.ToLookup(m => m.File);
        bool isRules = options.Lane != "flows";
        bool isFlows = options.Lane != "rules";
        Mutant[] wanted = [
            .. all.Where(m => options.Wants(m.File) && ((isRules && files[m.File].IsRule) || (isFlows && files[m.File].IsFlow)))
        ];
        Console.WriteLine(
            $"{all.Count} mutants in {files.Count} files ({uncompilable} more do not compile and count nowhere); "
            + $"{wanted.Length} are asked for.");
        if (options.IsListing)
        {
            foreach (Mutant mutant in wanted)
            {
                Console.WriteLine($"{mutant.File}:{mutant.Line}: {mutant.What}");
            }

            return 0;
        }

        // What was reached is true for these tests only; a kill stays one for as long as the module is the same.
        string ofTests = Hash(Path.Combine(programs, "VastPS.Tests.dll"));
        string ofModule = Path.Combine(place, "known", Hash(Path.Combine(programs, "VastPS.dll")));
        string known = Path.Combine(ofModule, ofTests);
        var program = new TestProgram(programs, options.Through);

        // The tests of a flow stand beside it, and start a server or a box.
        HashSet<string> folders = [.. wanted.Where(m => files[m.File].IsFlow).Select(m => m.Folder)];
        if (folders.Contains("Kernel/State"))
        {
            folders.UnionWith(["Features/Instances", "Features/Runs"]);
        }

        Reach reach = await Reach.FindAsync(
            TestClass.Find(root).Where(c => c.IsTable || (isFlows && !options.IsTables && folders.Contains(c.Folder))), program, known);
        foreach (string test in reach.Failing)
        {
            Console.WriteLine($"Fails without any mutant, and is not asked: {test}");
        }

        string path = Path.Combine(ofModule, "verdicts.json");
        Dictionary<int, Verdict> verdicts = options.IsResuming && File.Exists(path)
            ? JsonSerializer.Deserialize<Verdict[]>(File.ReadAllText(path))!.ToDictionary(v => v.Number)
            : [];
        var random = new Random(options.Seed);
        Mutant[] order = [.. wanted.OrderBy(_ => random.Next())];
        Mutant[] tried = [
            .. order.Where(m => isRules && files[m.File].IsRule).Take(options.Sample)
                .Union(order.Where(m => isFlows && files[m.File].IsFlow).Take(options.Sample))
                .OrderBy(m => Array.IndexOf(order, m))
        ];
        using var workers = new Workers(programs);
        await workers.LearnAsync(reach.All.Where(t => reach.Seconds(t) < 1 && !reach.Failing.Contains(t)));
        Console.WriteLine($"{workers.Count} of {reach.All.Count()} test methods can be asked at once.");
        var trial = new Trial(program, workers, reach, byFile, options.Each);
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        await Parallel.ForEachAsync(
            tried.Where(m => verdicts.GetValueOrDefault(m.Number) is not { } v || (v.Fate != Fate.Killed && v.Of != ofTests)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
            async (mutant, _) =>
            {
                if (watch.Elapsed.TotalMinutes >= options.Minutes)
                {
                    return;
                }

                Verdict verdict = await trial.JudgeAsync(mutant) with { Of = ofTests };
                lock (gate)
                {
                    verdicts[mutant.Number] = verdict;
                    if (verdict.Fate != Fate.Killed)
                    {
                        Console.WriteLine(Line(mutant, verdict));
                    }

                    if (verdicts.Count % 20 == 0)
                    {
                        Save();
                    }
                }
            });
        Save();

        Mutant[] done = [.. tried.Where(m => verdicts.ContainsKey(m.Number))];
        Console.WriteLine();
        foreach (Mutant mutant in done.Where(m => verdicts[m.Number].Fate is Fate.Survived or Fate.NotCovered)
            .OrderBy(m => m.File, StringComparer.Ordinal).ThenBy(m => m.Line))
        {
            Console.WriteLine(Line(mutant, verdicts[mutant.Number]));
        }

        Console.WriteLine();
        foreach (IGrouping<string, Mutant> folder in done.GroupBy(m => m.Folder).OrderBy(g => g.Key))
        {
            Score(folder.Key, [.. folder], folder.Count());
        }

        if (isRules)
        {
            Score("rules, models, parsers", [.. done.Where(m => files[m.File].IsRule)], wanted.Count(m => files[m.File].IsRule));
        }

        if (isFlows)
        {
            Score("flows that rent, remove and close", [.. done.Where(m => files[m.File].IsFlow)], wanted.Count(m => files[m.File].IsFlow));
        }

        Console.WriteLine($"{watch.Elapsed.TotalMinutes:0.0} minutes of trials, seed {options.Seed}.");
        return 0;

        void Score(string name, Mutant[] of, int outOf)
        {
            int[] counts = [.. Enum.GetValues<Fate>().Select(fate => of.Count(m => verdicts[m.Number].Fate == fate))];
            double score = of.Length == 0 ? 0 : 100.0 * (counts[0] + counts[1]) / of.Length;
            Console.WriteLine(FormattableString.Invariant($"{name}: {score:0.0} % ({counts[0]} killed, {counts[1]} timed out, ")
                + FormattableString.Invariant($"{counts[2]} survived, {counts[3]} not covered; {of.Length} of {outOf} tried)"));
        }

        string Line(Mutant mutant, Verdict verdict)
        {
            string fate = verdict.Fate switch
            {
                Fate.NotCovered => "not covered",
                Fate.TimedOut => "timed out",
                _ => "survived",
            };
            string more = verdict.Unasked > 0 ? $" [{verdict.Unasked} slow tests not asked]" : "";
            return $"{fate}: src/VastPS/{mutant.File}:{mutant.Line}: {mutant.What}{more}";
        }

        void Save() => File.WriteAllText(path, JsonSerializer.Serialize(verdicts.Values));
    }

    private static string Hash(params string[] files)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            sum.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset())[..16];
    }

    private static void CopyChanged(string from, string to, string except)
    {
        foreach (string source in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != except))
        {
            var (now, before) = (new FileInfo(source), new FileInfo(Path.Combine(to, Path.GetRelativePath(from, source))));
            if (!before.Exists || before.Length != now.Length || before.LastWriteTimeUtc != now.LastWriteTimeUtc)
            {
                Directory.CreateDirectory(before.DirectoryName!);
                now.CopyTo(before.FullName, overwrite: true);
            }
        }
    }
}
