using System.Management.Automation;
using System.Security;
using VastPS.Features.Account;
using VastPS.Kernel.Api;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Checks a key against the server and uses it in this runspace from now on.</summary>
[Cmdlet(VerbsCommunications.Connect, Nouns.Account, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = Nouns.Help + "Connect-VastAccount")]
[OutputType(typeof(VastAccount))]
public sealed class ConnectVastAccountCommand : VastCmdlet
{
    [Parameter(Position = 0)]
    [KeyTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public SecureString? ApiKey { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Uri { get; set; }

    [Parameter]
    public SwitchParameter Save { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        ApiEndpoint pair = Services.Keys.Resolve(ApiKey, Uri, session: null);
        if (Save)
        {
            Services.Keys.DemandSavable(pair);
        }

        VastAccount account = await AccountReport.ReadAsync(Services.ApiFor(pair), stop);

        // The simulator's pair holds for the whole process while it runs; kept here it would outlive it.
        if (pair.Source != VastKeySource.Simulator)
        {
            Services.Session = new ApiEndpoint(pair.Address, pair.Key, VastKeySource.Session, Texts.ConnectedWith(pair.Origin));
            ApiEndpoint.Reconnect();
        }

        if (Save && await lane.ConfirmAsync(Services.Keys.KeyFile, Texts.SaveKeyAction))
        {
            Services.Keys.Save(pair);
        }

        lane.Write(account);
    }
}
