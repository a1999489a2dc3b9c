using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Runs a few steps of a training on a box and says whether the real run may start.</summary>
[Cmdlet(VerbsLifecycle.Invoke, Nouns.SmokeTest, HelpUri = Nouns.Help + "Invoke-VastSmokeTest")]
[OutputType(typeof(VastSmokeResult))]
public sealed class InvokeVastSmokeTestCommand : VastCmdlet
{
    private SmokeOptions _options = null!;

    [Parameter(HelpMessage = Texts.AskCommand, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Needed("-Command 'nvidia-smi'")]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string Command { get; set; } = "";

    [Parameter(HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Steps { get; set; } = 50;

    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    [ChoiceTransform(typeof(VastTrainingKind))]
    public VastTrainingKind Kind { get; set; } = VastTrainingKind.Any;

    [Parameter]
    [ArgumentCompleter(typeof(ConditionCompleter))]
    public string[] Expect { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Pattern { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public long? TotalSteps { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public object? Estimate { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? CheckpointPath { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? ResumeCommand { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        KeyPath = this.Resolve(KeyPath);
        Check.InRange(Steps, 1, 1_000_000, nameof(Steps));
        Check.Positive(Timeout, nameof(Timeout));
        Check.Positive((double?)TotalSteps, nameof(TotalSteps));
        Check.That(
            ResumeCommand is null || CheckpointPath is not null,
            ResumeCommand,
            nameof(ResumeCommand),
            "it is not said where the checkpoint is",
            "-CheckpointPath out");
        Estimate = ProofInput.Estimate(Estimate, nameof(Estimate));
        MetricCondition[] expect = [.. Expect.Select(e => MetricCondition.Parse(e, nameof(Expect)))];
        _options = new SmokeOptions(Command, null, Steps, Timeout, Kind, expect, LogPattern.Read(Pattern), TotalSteps)
        {
            CheckpointPath = CheckpointPath,
            ResumeCommand = ResumeCommand,
        };
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            try
            {
                lane.Write(await TestAsync(instance, lane, stop));
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private async Task<VastSmokeResult> TestAsync(VastInstance instance, ILane lane, CancellationToken stop)
    {
        string activity = Texts.SmokeTest(instance.InstanceId);
        lane.Progress(activity, Command);
        return await Services.Smoking.TestAsync(
            instance,
            ProofInput.Forecast(Estimate, instance),
            _options with { WorkingDirectory = WorkingDirectory },
            KeyPath,
            Show,
            stop);

        void Show(string line, long steps)
        {
            lane.Verbose(line);
            lane.Progress(activity, line, (int)Math.Min(100, 100 * steps / Steps));
        }
    }
}
