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
    ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VastRun))]
public sealed class StartVastRunCommand : VastCmdlet
{
    private const string WithLimit = "WithLimit";
    private const string WithoutLimit = "WithoutLimit";

    private string? _beginning;

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = WithLimit)]
    [DurationTransform]
    public TimeSpan MaxRuntime { get; set; }

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

        if (!NoMaxRuntime)
        {
            Check.Positive(MaxRuntime, nameof(MaxRuntime));
        }

        RunInput.DemandNoSecret(Command);
        Estimate = ProofInput.Estimate(Estimate, nameof(Estimate));
    }

    private protected override string? LastWords(bool stopped) =>
        stopped && _beginning is { } name ? Texts.MayHaveBegun(name) : null;

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            var forecast = ProofInput.Forecast(Estimate, instance);
            LaunchOptions options = Options(
                Services.Proofs.Prove(instance, forecast, ProofInput.About(Smoke, instance), Kind)) with { Plan = forecast?.Pace };
            if (!Force)
            {
                options.Proof.Demand(instance.InstanceId, options.MaxRuntime);
            }

            if (!await lane.ConfirmAsync(instance.ToString(), Texts.StartRunAction(options)))
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

    private LaunchOptions Options(RunProof proof) =>
        new(Command, NoMaxRuntime ? null : MaxRuntime)
        {
            Proof = proof,
            Name = Name,
            WorkingDirectory = WorkingDirectory,
            Environment = Variables,
            CheckpointPath = CheckpointPath,
            AbortIf = AbortIf,
            IsForced = Force,
            KeyPath = KeyPath,
        };
}
