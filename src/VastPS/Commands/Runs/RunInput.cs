using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Store;

namespace VastPS.Commands.Runs;

/// <summary>Finds the runs that a user named.</summary>
internal static partial class RunInput
{
    /// <summary>True where a text can be the name of a run.</summary>
    public static bool IsName(string text) => NameForm().IsMatch(text);

    /// <summary>The runs of these names or ids, each once; what matches none is told as RunNotFound.</summary>
    public static IReadOnlyList<RunRecord> Find(string server, IReadOnlyList<string> names, IReadOnlyList<string> runIds, Action<VastException> tell)
    {
        IReadOnlyList<RunRecord> all = RunStore.All(server);
        var found = new List<RunRecord>();
        foreach (string text in names.Concat(runIds))
        {
            RunRecord[] matching = [.. all.Where(r => Matches(r, text))];
            if (matching.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(text))
            {
                tell(new VastException(VastReason.RunNotFound, text));
            }

            found.AddRange(matching);
        }

        return [.. found.DistinctBy(r => r.RunId)];
    }

    /// <summary>True where the text is the run's id, or its name or a pattern of it.</summary>
    public static bool Matches(RunRecord run, string text) =>
        run.RunId == text || new WildcardPattern(text, WildcardOptions.IgnoreCase).IsMatch(run.Name);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NameForm();
}
