using System.Globalization;

namespace Mutants;

/// <summary>What was asked for.</summary>
internal sealed record Options
{
    public const string Usage = """
        ./build.sh mutants: how many small changes of the code the tests notice.
          --lane rules|flows   only what is pure, or only the flows that rent, remove and close; both without
          --tables             ask only tests that start no server: quick, and a lower bound for the flows
          --folder FOLDER      only files below this folder of src/VastPS; can be given several times
          --file FILE          only this file of src/VastPS, or files with this name; can be given several times
          --sample N           N mutants at most, for each score
          --seed N             another order, so another sample; 1 without
          --minutes N          the time box for the trials; 30 without
          --each SECONDS       how long the tests of one mutant may take; 20 without
          --parallel N         programs at a time; 2 without
          --through PROGRAM    starts each program of tests that takes more than seconds, as nice or a lock does
          --resume             go on where earlier calls ended: while the module is the same, what is killed stays
                               killed, and what lives is tried again only with other tests
          --list               show the mutants and try none
        """;

    public string Lane { get; init; } = "";

    public IReadOnlyList<string> Places { get; init; } = [];

    public int Sample { get; init; } = int.MaxValue;

    public int Seed { get; init; } = 1;

    public double Minutes { get; init; } = 30;

    public double Each { get; init; } = 20;

    public int Parallel { get; init; } = 2;

    public bool IsTables { get; init; }

    public string Through { get; init; } = "";

    public bool IsResuming { get; init; }

    public bool IsListing { get; init; }

    /// <summary>Null, and a complaint, where something is not understood.</summary>
    public static (Options? Options, string Complaint) Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            double number = double.TryParse(value, CultureInfo.InvariantCulture, out double given) && given > 0 ? given : double.NaN;
            Options? next = name switch
            {
                "--resume" => options with { IsResuming = true },
                "--tables" => options with { IsTables = true },
                "--list" => options with { IsListing = true },
                "--lane" when value is "rules" or "flows" => options with { Lane = value },
                "--folder" when value.Length > 0 => options with { Places = [.. options.Places, Place(value).TrimEnd('/') + "/"] },
                "--file" when value.Length > 0 => options with { Places = [.. options.Places, Place(value)] },
                "--sample" when number >= 1 => options with { Sample = (int)number },
                "--seed" when number >= 1 => options with { Seed = (int)number },
                "--minutes" when number > 0 => options with { Minutes = number },
                "--each" when number > 0 => options with { Each = number },
                "--through" when value.Length > 0 => options with { Through = value },
                "--parallel" when number >= 1 => options with { Parallel = (int)number },
                _ => null,
            };
            if (next is null)
            {
                return (null, $"'{name} {value}' is not understood.");
            }

            options = next;
            i += name is "--resume" or "--list" or "--tables" ? 0 : 1;
        }

        return (options, "");
    }

    /// <summary>True where nothing else was asked for than files like this one.</summary>
    public bool Wants(string file) => Places.Count == 0 || Places.Any(p => p.EndsWith('/')
        ? file.StartsWith(p, StringComparison.OrdinalIgnoreCase)
        : ("/" + file).EndsWith("/" + p, StringComparison.OrdinalIgnoreCase));

    private static string Place(string given)
    {
        string place = given.Replace('\\', '/');
        int start = place.IndexOf("src/VastPS/", StringComparison.Ordinal);
        return start < 0 ? place : place[(start + "src/VastPS/".Length)..];
    }
}
