using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Shell;

/// <summary>Finds the instances that were typed by name.</summary>
internal static class InstanceInput
{
    private const string Parameter = nameof(VastInstance.InstanceId);

    /// <summary>
    /// Puts the ids of named instances into the parameter of a command. What cannot be found is told; false where nothing is left of what
    /// was typed, because without any id some commands do all there are.
    /// </summary>
    public static async Task<bool> ReadAsync(
        PSCmdlet command, RunspaceServices services, Action<VastException> tell, CancellationToken stop)
    {
        PropertyInfo? property = command.GetType().GetProperty(Parameter);
        object? value = property?.GetValue(command);
        long[] typed = value is long[] many ? many : value is long one ? [one] : [];
        if (!typed.Any(LateWords.IsCode))
        {
            return true;
        }

        LateWords words = services.Shared(_ => new LateWords());
        string[] names = [.. typed.Where(LateWords.IsCode).Select(words.Read)];
        InstanceTransformAttribute? takes = property!.GetCustomAttribute<InstanceTransformAttribute>();
        Named named = await FindAsync(services, names, takes is { TakesGone: true }, stop).ConfigureAwait(false);
        var ids = new List<long>();
        foreach (long id in typed)
        {
            try
            {
                ids.AddRange(!LateWords.IsCode(id) ? [id]
                    : takes is { TakesPatterns: true } && WildcardPattern.ContainsWildcardCharacters(words.Read(id))
                        ? named.Like(Check.Pattern(words.Read(id), Parameter))
                    : [named.One(words.Read(id))]);
            }
            catch (VastException e)
            {
                tell(e);
            }
        }

        property!.SetValue(command, value is long[] ? ids.ToArray() : ids.Count > 0 ? ids[0] : value);
        return ids.Count > 0;
    }

    private static async Task<Named> FindAsync(
        RunspaceServices services, IReadOnlyList<string> names, bool takesGone, CancellationToken stop)
    {
        IReadOnlyList<VastInstance> all = await services.Api.GetInstancesAsync(stop).ConfigureAwait(false);
        var named = new Named([.. all.Select(i => new InstanceName(i.InstanceId, i.Name, i.Label))]);
        if (!takesGone || names.All(named.Has))
        {
            return named;
        }

        IEnumerable<InstanceName> noted =
            services.Rentals.All(services.Api.Server).Select(r => new InstanceName(r.InstanceId, r.Name, ""));
        return new Named([.. named.All, .. noted]);
    }

    private sealed record InstanceName(long InstanceId, string Name, string Label)
    {
        public bool Is(string text) =>
            Name.Equals(text, StringComparison.OrdinalIgnoreCase) || Label.Equals(text, StringComparison.Ordinal);

        public override string ToString() => FormattableString.Invariant($"{InstanceId} ({Name})");
    }

    private sealed record Named(IReadOnlyList<InstanceName> All)
    {
        public bool Has(string name) => All.Any(i => i.Is(name));

        public IEnumerable<long> Like(WildcardPattern pattern) => All.Where(i => pattern.IsMatch(i.Name)).Select(i => i.InstanceId);

        public long One(string text)
        {
            long[] found = [.. All.Where(i => text.Length > 0 && i.Is(text)).Select(i => i.InstanceId).Distinct()];
            return found switch
            {
                [var only] => only,
                [] => throw NotFound(text),
                _ => throw new VastException(
                    VastReason.InstanceNameAmbiguous,
                    text,
                    string.Join(", ", found.Select(id => id.ToString(CultureInfo.InvariantCulture))),
                    found[0]),
            };
        }

        private VastException NotFound(string text)
        {
            string[] names = [.. All.Where(i => i.Name.Length > 0).Select(i => i.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
            string there = WildcardPattern.ContainsWildcardCharacters(text)
                ? "wildcards are not taken here, where ids and whole names are"
                : All.Count == 0 ? "none is rented"
                : "there are " + string.Join(", ", NearNames.Of(text, names, n => n.ToUpperInvariant())
                    .SelectMany(n => All.Where(i => i.Name == n)).DistinctBy(i => i.InstanceId).Take(6));
            return new VastException(VastReason.InstanceNotFound, $"'{text}'", null, $": {there}");
        }
    }
}
