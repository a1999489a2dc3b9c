using System.Management.Automation;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Forgets the key that Connect-VastAccount gave this runspace. Key files and variables stay.</summary>
[Cmdlet(VerbsCommunications.Disconnect, Nouns.Account, HelpUri = Nouns.Help + "Disconnect-VastAccount")]
[OutputType(typeof(void))]
public sealed class DisconnectVastAccountCommand : VastCmdlet
{
    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        Services.Session = null;
        return Task.CompletedTask;
    }
}
