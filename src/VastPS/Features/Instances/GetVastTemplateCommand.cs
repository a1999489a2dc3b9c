using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Lists templates: images with what they are started with.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Template, HelpUri = Nouns.Help + "Get-VastTemplate")]
[OutputType(typeof(VastTemplate))]
public sealed class GetVastTemplateCommand : VastCmdlet
{
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter Recommended { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        WildcardPattern[] wanted = [.. Name.Select(n => Check.Pattern(n, nameof(Name)))];
        var filters = new Dictionary<string, object>();
        if (Recommended)
        {
            filters["recommended"] = true;
        }

        // One whole name is asked for by the server: the list of all is long.
        if (Name is [var only] && !WildcardPattern.ContainsWildcardCharacters(only))
        {
            filters["name"] = only;
        }

        IReadOnlyList<VastTemplate> found = await Services.Api.GetTemplatesAsync(filters, stop);
        foreach (VastTemplate template in found.Where(t => wanted.Any(w => w.IsMatch(t.Name))))
        {
            lane.Write(template);
        }
    }
}
