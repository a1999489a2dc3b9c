using System.Management.Automation;
using System.Security;
using VastPS.Features.Account;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Shows the credit, what all instances cost per hour, and how long the credit lasts.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.Account, HelpUri = Nouns.Help + "Get-VastAccount")]
[OutputType(typeof(VastAccount))]
public sealed class GetVastAccountCommand : VastCmdlet
{
    [Parameter(Position = 0)]
    [KeyTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public SecureString? ApiKey { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Uri { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        VastApiClient api = ApiKey is null && Uri is null
            ? Services.Api
            : Services.ApiFor(Services.Keys.Resolve(ApiKey, Uri, Services.Session));
        lane.Write(await AccountReport.ReadAsync(api, stop));
    }
}
