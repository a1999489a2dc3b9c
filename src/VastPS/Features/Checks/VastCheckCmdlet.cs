using System.ComponentModel;
using System.Management.Automation;
using VastPS.Features.Checks;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Base of the checks that look at one part of a box over one connection.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VastCheckCmdlet : VastCmdlet
{
    private protected VastCheckCmdlet()
    {
    }

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(KeyPathCompleter))]
    public string? KeyPath { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected abstract string Activity { get; }

    private protected override void Begin() => KeyPath = this.Resolve(KeyPath);

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        await foreach (VastInstance instance in Services.EachAsync(InstanceId, lane.Error, stop))
        {
            try
            {
                lane.Progress(Activity, instance.ToString());
                await using ISshLink link = await Services.Connections.ConnectAsync(instance, KeyPath, stop);
                VastCheckResult[] results = [.. await ProbeAsync(instance, link, stop)];
                foreach (object said in Quiet
                    ? [CheckResultFactory.Overall(results) == VastCheckStatus.Pass]
                    : results.Cast<object>())
                {
                    lane.Write(said);
                }

                CheckFixes.Tell(Quiet ? [] : results, lane);
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }

    private protected abstract Task<IEnumerable<VastCheckResult>> ProbeAsync(VastInstance instance, ISshLink link, CancellationToken stop);
}
