using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Runs a few steps of a training on a box and says whether the real run may start.</summary>
[Cmdlet(VerbsLifecycle.Invoke, Nouns.SmokeTest)]
[OutputType(typeof(VastSmokeResult))]
public sealed class InvokeVastSmokeTestCommand : VastCmdlet
{
    private SmokeOptions _options = null!;

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = "";

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    public int Steps { get; set; } = 50;

    [Parameter]
    [DurationTransform]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    [Parameter]
    public VastTrainingKind Kind { get; set; } = VastTrainingKind.Any;

    [Parameter]
    public string[] Expect { get; set; } = [];

    [Parameter]
    public string? Pattern { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public long? TotalSteps { get; set; }

    [Parameter]
    public object? Estimate { get; set; }

    [Parameter]
    public string? CheckpointPath { get; set; }

    [Parameter]
    public string? ResumeCommand { get; set; }

    [Parameter]
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
