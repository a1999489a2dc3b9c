using System.Globalization;
using System.Xml.Linq;

namespace Mutants;

/// <summary>Which test methods reach which mutants, and how long each takes: from one run of each class without a mutant.</summary>
internal sealed class Reach
{
    private readonly Dictionary<int, HashSet<string>> _tests = [];
    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>Tests that fail without any mutant: they say nothing.</summary>
    public SortedSet<string> Failing { get; } = new(StringComparer.Ordinal);

    /// <summary>All test methods that were run.</summary>
    public IEnumerable<string> All => _seconds.Keys;

    /// <summary>Seconds that a test method takes, with all its rows.</summary>
    public double Seconds(string test) => _seconds.GetValueOrDefault(test);

    /// <summary>The methods that reach it; for a first value of a static all that reach its file, as any may be the first.</summary>
    public IReadOnlyCollection<string> Tests(Mutant mutant, ILookup<string, Mutant> byFile) => mutant.IsEarly
        ? [.. byFile[mutant.File].SelectMany(m => _tests.GetValueOrDefault(m.Number) ?? []).Distinct()]
        : _tests.GetValueOrDefault(mutant.Number) ?? [];

    /// <summary>Runs the classes, or takes what an earlier run of the same programs left.</summary>
    public static async Task<Reach> FindAsync(IEnumerable<TestClass> classes, TestProgram program, string folder)
    {
        var reach = new Reach();
        Directory.CreateDirectory(folder);
        var groups = classes.GroupBy(c => c.IsTable ? "tables" : c.Name).ToList();
        foreach (IGrouping<string, TestClass> group in groups)
        {
            string notes = Path.Combine(folder, group.Key + ".notes");
            string report = Path.Combine(folder, group.Key + ".xml");
            if (!File.Exists(report))
            {
                Console.WriteLine($"Noting what is reached by {group.Key} ({group.Count()} {(group.Count() == 1 ? "class" : "classes")}).");
                File.Delete(notes);
                await program.RunAsync(
                    [
                        "--filter-class", .. group.Select(c => c.Name), "--filter-not-trait", "Speed=Slow",
                        "--results-directory", folder, "--report-xunit", "--report-xunit-filename", group.Key + ".part"
                    ],
                    TimeSpan.FromMinutes(15),
                    group.Any(c => !c.IsTable),
                    (Switch.ReachedVariable, notes));
                string part = Path.Combine(folder, group.Key + ".part");
                if (!File.Exists(part))
                {
                    Console.WriteLine($"{group.Key} ended without a report.");
                    continue;
                }

                File.Move(part, report);
            }

            reach.Add(report, notes);
        }

        return reach;
    }

    private void Add(string report, string notes)
    {
        var ofClass = new Dictionary<string, List<string>>();
        foreach (XElement test in XDocument.Load(report).Descendants("test"))
        {
            (string type, string name) =
                (test.Attribute("type")!.Value, test.Attribute("type")!.Value + "." + test.Attribute("method")!.Value);
            _seconds[name] = Seconds(name) + double.Parse(test.Attribute("time")!.Value, CultureInfo.InvariantCulture);
            if (!ofClass.TryGetValue(type, out List<string>? methods))
            {
                ofClass[type] = methods = [];
            }

            methods.Add(name);
            if (test.Attribute("result")!.Value == "Fail")
            {
                Failing.Add(name);
            }
        }

        // What is reached between two tests belongs to the class of the next: its constructor, and what its tests share.
        List<int> between = [];
        string? now = null;

        // Tests that work in programs of their own reach nothing here, and leave no notes.
        foreach (string line in File.Exists(notes) ? File.ReadLines(notes) : [])
        {
            if (line == "test ")
            {
                now = null;
            }
            else if (line.StartsWith("test ", StringComparison.Ordinal))
            {
                now = line[5..];
                foreach (string method in ofClass.GetValueOrDefault(now[..now.LastIndexOf('.')]) ?? [])
                {
                    between.ForEach(number => Note(number, method));
                }

                between = [];
            }
            else if (int.TryParse(line, CultureInfo.InvariantCulture, out int number))
            {
                if (now is null)
                {
                    between.Add(number);
                }
                else
                {
                    Note(number, now);
                }
            }
        }
    }

    private void Note(int number, string test)
    {
        if (!_tests.TryGetValue(number, out HashSet<string>? tests))
        {
            _tests[number] = tests = [];
        }

        tests.Add(test);
    }
}
