using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Local;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Brings a repository to a box at a pinned commit and runs its set-up command there.</summary>
[Cmdlet(VerbsData.Initialize, Nouns.Instance, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Initialize-VastInstance")]
[OutputType(typeof(VastSetupResult))]
public sealed class InitializeVastInstanceCommand : VastCmdlet
{
    private SetupOptions _options = null!;

    [Parameter(HelpMessage = Texts.AskRepository, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Needed("-Repository https://github.com/pytorch/examples")]
    public string Repository { get; set; } = "";

    [Parameter(HelpMessage = Texts.AskCommit, Position = 1)]
    [ValidateNotNullOrEmpty]
    [Needed("-Commit (git rev-parse HEAD)")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Commit { get; set; } = "";

    [Parameter(HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Position = 2)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? SetupCommand { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Path { get; set; }

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    [Parameter]
    public SwitchParameter Bundle { get; set; }

    [Parameter]
    public SwitchParameter RepeatSetup { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.Positive(Timeout, nameof(Timeout), Check.LongestTimerDays);
        RepositoryAddress from = RepositoryAddress.Of(Repository, nameof(Repository))
            ?? RepositoryAddress.OfFolder(this.Resolve(Repository)!);
        bool isBundled = Bundle || from.Kind == RepositoryKind.Folder;
        Check.That(
            isBundled || from.Kind != RepositoryKind.Ssh,
            $"'{Repository}'",
            nameof(Repository),
            Texts.SshNeedsBundle,
            $"Initialize-VastInstance -Repository {PowerShellQuote.Quoted(Repository)} -Bundle");
        string path = Path ?? from.Name;
        Check.That(path.Length > 0, $"'{Repository}'", nameof(Repository), Texts.NoFolderName, $"-{nameof(Path)} train");
        Check.RemotePath(path, nameof(Path));
        Check.That(!path.StartsWith('-'), path, nameof(Path), Texts.NoDash, $"-{nameof(Path)} ./{path}");
        _options = new SetupOptions(
            from, CommitRule.Demand(Commit, from), path, SetupCommand, Timeout) { IsBundled = isBundled, RepeatsSetup = RepeatSetup };
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            if (!await lane.ConfirmAsync(instance.ToString(), Texts.SetupAction(_options)))
            {
                continue;
            }

            try
            {
                await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
                var listener = new Listener(lane, Texts.SetupActivity(instance.InstanceId));
                lane.Write(await new SetupFlow(instance.InstanceId, link, _options, listener, Services.Clock).RunAsync(stop));
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private sealed class Listener(ILane lane, string activity) : ISetupListener
    {
        public void OnLine(string line)
        {
            lane.Verbose(line);
            OnProgress(line);
        }

        public void OnProgress(string line) => lane.Progress(activity, line);

        public void OnRetry(string trouble, TimeSpan pause) => lane.Warn(Texts.SetupRetry(trouble, pause));

        public void OnChanges(string place) => lane.Warn(Texts.ChangedSince(place));
    }
}
