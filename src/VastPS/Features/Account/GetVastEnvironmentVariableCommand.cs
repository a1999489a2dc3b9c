using System.Management.Automation;
using VastPS.Features.Account;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Lists the names of the account's environment variables. Values are secrets and are not shown.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.EnvironmentVariable, HelpUri = Nouns.Help + "Get-VastEnvironmentVariable")]
[OutputType(typeof(VastEnvironmentVariable))]
public sealed class GetVastEnvironmentVariableCommand : VastCmdlet
{
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        WildcardPattern[] wanted = [.. Name.Select(n => Check.Pattern(n, nameof(Name)))];
        IReadOnlyList<string> all = await Services.Api.GetVariableNamesAsync(stop);
        foreach (string name in all.Where(n => wanted.Any(w => w.IsMatch(n))))
        {
            lane.Write(new VastEnvironmentVariable { Name = name });
        }

        foreach (string missing in Name.Where(n => !WildcardPattern.ContainsWildcardCharacters(n)
            && !all.Contains(n, StringComparer.OrdinalIgnoreCase)))
        {
            lane.Error(new VastException(VastReason.VariableNotFound, missing));
        }
    }
}
