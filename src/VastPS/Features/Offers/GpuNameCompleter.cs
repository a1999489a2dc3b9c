using System.Management.Automation.Runspaces;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Features.Offers;

/// <summary>
/// Offers GPU names with their memory: at once those that travel with the module, and those that only the server knows as soon as it has
/// answered once in this session.
/// </summary>
public sealed class GpuNameCompleter : ValueCompleter
{
    private protected override IEnumerable<ValueChoice> Choices(ValueAsked asked)
    {
        string typed = Plain(asked.Typed);
        return KnownGpus.All.Select(g => new ValueChoice(g.Name, $"{g.Name}, {string.Join(" or ", g.VramGiB)} GiB"))
            .Concat(OfServer().Except(KnownGpus.All.Select(g => g.Name)).Select(n => new ValueChoice(n, n)))
            .Where(c => Plain(c.Text).Contains(typed, StringComparison.Ordinal))
            .OrderBy(c => Plain(c.Text).StartsWith(typed, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(c => c.Text, StringComparer.OrdinalIgnoreCase);
    }

    // "4090" finds the RTX 4090, as the search does.
    private protected override bool IsWanted(ValueChoice choice, string typed) => true;

    // Long enough for what was asked before or stands nearby; nobody waits for a slow server at a key.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(50);

    private static IReadOnlyList<string> OfServer()
    {
        RunspaceServices services = RunspaceServices.Of(Runspace.DefaultRunspace);
        Task<IReadOnlyList<string>> asked = Task.Run(() => services.Api.GetGpuNamesAsync(CancellationToken.None));
        _ = asked.ContinueWith(t => t.Exception, TaskScheduler.Default);
        return Task.WaitAny([asked], s_moment) == 0 && asked.IsCompletedSuccessfully ? asked.Result : [];
    }

    private static string Plain(string name) =>
        name.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
