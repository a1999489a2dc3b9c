using System.Collections;
using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Looks once at a run that goes on and holds what it measures against the estimate, term by term.</summary>
[Cmdlet(VerbsDiagnostic.Test, Nouns.Run, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Test-VastRun")]
[OutputType(typeof(VastContradiction))]
public sealed class TestVastRunCommand : VastRunCmdlet
{
    [Parameter]
    [DurationTransform]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public TimeSpan SampleTime { get; set; } = TimeSpan.FromSeconds(20);

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public IDictionary Threshold { get; set; } = new Hashtable();

    private protected override void Begin()
    {
        base.Begin();
        Check.InRange(SampleTime.TotalSeconds, 1, 600, nameof(SampleTime));
        _ = ThresholdInput.Of(Threshold, nameof(Threshold));
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        var options = new ValidationOptions(SampleTime, ThresholdInput.Of(Threshold, nameof(Threshold)), KeyPath);
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            try
            {
                foreach (VastContradiction term in await Services.Validating.TestAsync(run, options, stop))
                {
                    lane.Write(term);
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
