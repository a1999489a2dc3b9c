using System.Collections;
using System.Management.Automation;
using VastPS.Features.Estimation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Starts the real run on a box that has proved itself; it goes on whether anybody watches or not.</summary>
[Cmdlet(
    VerbsLifecycle.Start,
    Nouns.Run,
    DefaultParameterSetName = WithLimit,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(VastRun))]
public sealed class StartVastRunCommand : VastCmdlet
{
    private const string WithLimit = "WithLimit";
    private const string WithoutLimit = "WithoutLimit";
    private const string Again = "Again";

    private string? _beginning;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = WithLimit)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = WithoutLimit)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = Again)]
    public object? From { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = WithoutLimit, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = Again, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = WithLimit)]
    [Parameter(ParameterSetName = Again)]
    [DurationTransform]
    public TimeSpan? MaxRuntime { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithoutLimit)]
    public SwitchParameter NoMaxRuntime { get; set; }

    [Parameter]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public IDictionary Environment { get; set; } = new Hashtable();

    [Parameter]
    public string? CheckpointPath { get; set; }

    [Parameter]
    public object? Estimate { get; set; }

    [Parameter]
    public VastSmokeResult? Smoke { get; set; }

    [Parameter]
    public VastTrainingKind? Kind { get; set; }

    [Parameter]
    public string[] AbortIf { get; set; } = [];

    [Parameter]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    // What has failed once costs money again.
    private protected override ConfirmImpact? Impact => From is null ? ConfirmImpact.Medium : ConfirmImpact.High;

    private Dictionary<string, string> Variables => Environment.Written();

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.That(
            Name is null || RunInput.IsName(Name),
            Name,
            nameof(Name),
            "up to 64 letters, digits, dots, dashes and underscores are allowed",
            "-Name llama-try-2");
        foreach (string rule in AbortIf)
        {
            _ = MetricCondition.Parse(rule, nameof(AbortIf));
        }

        Check.Positive(MaxRuntime, nameof(MaxRuntime));

        RunInput.DemandNoSecret(Command);
        Estimate = ProofInput.Estimate(Estimate, nameof(Estimate));
    }

    private protected override string? LastWords(bool stopped) =>
        stopped && _beginning is { } name ? Texts.MayHaveBegun(name) : null;

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        Relaunch? again = From is null ? null : await Services.Relaunching.FindAsync(From, KeyPath, stop);
        if (again is not null)
        {
            RelaunchFlow.DemandVariables(again, Variables);
            lane.Warn(Texts.EndedBefore(again));
            InstanceId = InstanceId.Length > 0 ? InstanceId : [again.Record.InstanceId];
        }

        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            var forecast = ProofInput.Forecast(Estimate, instance);
            RunProof proof = Services.Proofs.Prove(instance, forecast, ProofInput.About(Smoke, instance), Kind ?? again?.Record.Kind);
            LaunchOptions options = Options(proof, again) with { Plan = forecast?.Pace ?? again?.Record.Plan };
            if (!Force)
            {
                options.Proof.Demand(instance.InstanceId, options.MaxRuntime);
            }

            if (!await lane.ConfirmAsync(instance.ToString(), Texts.StartRunAction(options, again)))
            {
                continue;
            }

            if (forecast is not null)
            {
                await Services.Evidence.NoteAsync(instance.InstanceId, forecast, stop);
            }

            lane.Write(await Services.Launching.StartAsync(instance, options, name => _beginning = name, stop));
            _beginning = null;
        }
    }

    private LaunchOptions Options(RunProof proof, Relaunch? again) =>
        new(again?.Record.Command ?? Command, NoMaxRuntime ? null : MaxRuntime ?? again?.Limit)
        {
            Proof = proof,
            Name = Name,
            WorkingDirectory = WorkingDirectory ?? again?.Record.WorkingDirectory,
            Environment = Variables,
            CheckpointPath = CheckpointPath ?? again?.CheckpointPath,
            AbortIf = AbortIf.Length > 0 ? AbortIf : again?.Record.AbortIf ?? [],
            IsForced = Force,
            KeyPath = KeyPath,
        };
}
