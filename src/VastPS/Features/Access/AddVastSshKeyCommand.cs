using System.Management.Automation;
using System.Security;
using VastPS.Features.Access;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Registers a public key with the account, for boxes rented from now on, or with a box that runs already.</summary>
[Cmdlet(VerbsCommon.Add, Nouns.SshKey, SupportsShouldProcess = true, DefaultParameterSetName = ByPath,
    HelpUri = Nouns.Help + "Add-VastSshKey")]
[OutputType(typeof(VastSshKey))]
public sealed class AddVastSshKeyCommand : VastCmdlet
{
    private const string ByPath = "ByPath";
    private const string ByText = "ByText";
    private const string NewPair = "NewPair";

    private PublicKeyText? _made;

    [Parameter(HelpMessage = Texts.AskAddVastSshKeyPath, Position = 0, ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = NewPair)]
    [Needed("-Path ~/.ssh/id_ed25519.pub", Except = NewPair)]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, HelpMessage = Texts.AskPublicKey, ParameterSetName = ByText)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string PublicKey { get; set; } = "";

    [Parameter(Mandatory = true, HelpMessage = Texts.AskGenerate, ParameterSetName = NewPair)]
    public SwitchParameter Generate { get; set; }

    [Parameter(ParameterSetName = NewPair)]
    [PassphraseTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public SecureString? Passphrase { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    public long? InstanceId { get; set; }

    private protected override void Begin() => Path = this.Resolve(Path);

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        if (Generate && _made is null)
        {
            await MakeAsync(lane, stop);
            return;
        }

        PublicKeyText key = _made ?? (Path is null ? PublicKeyText.Parse(PublicKey) : await Services.SshKeys.PublicOfAsync(Path));
        if (await Services.Registry.FindAsync(key, InstanceId, stop) is { } there)
        {
            lane.Warn(Texts.KeyThere(there));
            lane.Write(there);
        }
        else if (await lane.ConfirmAsync(key.ToString(), Texts.AddKeyAction(InstanceId)))
        {
            await AddAsync(key, lane, stop);
        }
    }

    // One pair, however many instances are to have it.
    private async Task MakeAsync(ILane lane, CancellationToken stop)
    {
        string path = Path ?? Services.SshKeys.DefaultPath;
        NewKeyPair.DemandFree(path);

        // Where keys cannot even be read, none is made that would then stand in the way.
        await Services.Registry.ReadAsync(InstanceId, stop);
        if (await lane.ConfirmAsync(path, Texts.MakeKeyAction(InstanceId)))
        {
            _made = NewKeyPair.Make(path, Passphrase);
            await AddAsync(_made, lane, stop);
        }
    }

    private async Task AddAsync(PublicKeyText key, ILane lane, CancellationToken stop)
    {
        VastSshKey added = await Services.Registry.AddAsync(key, InstanceId, stop);
        lane.Verbose(Texts.KeyTakesSeconds);
        lane.Write(added);
    }
}
