using System.Management.Automation;
using System.Security;
using VastPS.Features.Access;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Opens a private key that has a passphrase, for every command of this runspace.</summary>
[Cmdlet(VerbsCommon.Unlock, Nouns.SshKey, HelpUri = Nouns.Help + "Unlock-VastSshKey")]
[OutputType(typeof(void))]
public sealed class UnlockVastSshKeyCommand : VastCmdlet
{
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    // The engine itself asks for what is mandatory and missing, without showing it.
    [Parameter(Mandatory = true, HelpMessage = Texts.AskPassphrase)]
    [PassphraseTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public SecureString Passphrase { get; set; } = new();

    private protected override void Begin() => Path = this.Resolve(Path);

    private protected override Task RunAsync(ILane lane, CancellationToken stop)
    {
        lane.Verbose(Texts.Unlocked(Services.SshKeys.Unlock(Path ?? Services.SshKeys.DefaultPath, Passphrase).ToString()));
        return Task.CompletedTask;
    }
}
