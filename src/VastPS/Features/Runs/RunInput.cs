using System.Management.Automation;
using System.Text.RegularExpressions;
using VastPS.Basics;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Features.Runs;

/// <summary>Finds the runs that a user named.</summary>
internal static partial class RunInput
{
    /// <summary>InvalidValue where a text cannot be the name of a run; null is none.</summary>
    public static void DemandName(string? text, string parameter) =>
        Check.That(
            text is null || NameForm().IsMatch(text),
            text,
            parameter,
            "up to 64 letters, digits, dots, dashes and underscores are allowed",
            $"-{parameter} llama-try-2");

    /// <summary>
    /// The runs of these names or ids, each once. Where one is not known here the boxes are asked: it may have been started
    /// from another computer. What matches none is told as RunNotFound.
    /// </summary>
    public static async Task<IReadOnlyList<RunRecord>> FindAsync(
        RunspaceServices services,
        IReadOnlyList<string> names,
        IReadOnlyList<string> runIds,
        string? keyPath,
        Action<VastException> tell,
        CancellationToken stop)
    {
        Dictionary<string, Func<RunHead, bool>> named = names.Concat(runIds).Distinct().ToDictionary(text => text, Named);
        IReadOnlyList<RunRecord> all = services.RunRecords.Where(services.Api.Server, Any([.. named.Values]));
        if (named.Values.Any(n => !all.Any(r => n(Head(r)))))
        {
            all = [.. all, .. await services.Runs.ForeignAsync(keyPath, stop).ConfigureAwait(false)];
        }

        var found = new List<RunRecord>();
        foreach ((string text, Func<RunHead, bool> isNamed) in named)
        {
            RunRecord[] matching = [.. all.Where(r => isNamed(Head(r)))];
            if (matching.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(text))
            {
                tell(new VastException(VastReason.RunNotFound, text));
            }

            found.AddRange(matching);
        }

        return [.. found.DistinctBy(r => r.RunId)];
    }

    /// <summary>
    /// CommandHoldsSecret where the text of a command holds a token, password or key: the text is kept in the store and in a file on
    /// the box. What is in -Environment is not.
    /// </summary>
    public static void DemandNoSecret(string command)
    {
        if (SecretPatterns.Find(command) is var (kind, variable))
        {
            throw new VastException(VastReason.CommandHoldsSecret, Redactor.Clean(command), kind, Texts.SecretAsVariable(variable));
        }
    }

    /// <summary>Finds the runs of which a text is the id, the name or a pattern of it. Only patterns take their time.</summary>
    public static Func<RunHead, bool> Named(string text)
    {
        WildcardPattern pattern = Check.Pattern(text, nameof(VastRun.Name));
        return WildcardPattern.ContainsWildcardCharacters(text)
            ? run => pattern.IsMatch(run.Name)
            : run => run.RunId == text || run.Name.Equals(text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Finds the runs that one of some tests finds.</summary>
    public static Func<RunHead, bool> Any(Func<RunHead, bool>[] tests) => run =>
    {
        foreach (Func<RunHead, bool> test in tests)
        {
            if (test(run))
            {
                return true;
            }
        }

        return false;
    };

    /// <summary>The id or name of the one run that was typed: itself, its name or its id; InvalidValue for anything else.</summary>
    public static string One(object typed, string parameter)
    {
        object given = typed is PSObject wrapped ? wrapped.BaseObject : typed;
        string name = given is VastRun run ? run.RunId : given as string ?? "";
        Check.That(
            name.Length > 0 && !WildcardPattern.ContainsWildcardCharacters(name),
            given,
            parameter,
            "it must be one run, its name or its id",
            $"-{parameter} (Get-VastRun <name>)");
        return name;
    }

    /// <summary>What a run is found by.</summary>
    public static RunHead Head(RunRecord run) =>
        new(run.RunId, run.Name, run.InstanceId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex NameForm();
}
