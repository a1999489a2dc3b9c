using System.Management.Automation;
using VastPS.Features.Runs;
using VastPS.Kernel.Connections;
using VastPS.Kernel.Shell;
using VastPS.Kernel.State;

namespace VastPS.Commands;

/// <summary>Shows what a run has saved on its box: how old, how large, and whether it is whole.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.RunCheckpoint, DefaultParameterSetName = ByName, HelpUri = Nouns.Help + "Get-VastRunCheckpoint")]
[OutputType(typeof(VastRunCheckpoint))]
public sealed class GetVastRunCheckpointCommand : VastRunCmdlet
{
    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public string? Path { get; set; }

    private protected override void Begin()
    {
        base.Begin();
        if (Path is not null)
        {
            Check.RemotePath(Path, nameof(Path));
        }
    }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (RunRecord run in await FindAsync(lane, stop))
        {
            try
            {
                string path = Path ?? run.CheckpointPath ?? throw new VastException(VastReason.CheckpointPathUnknown, run.Name);
                await using ISshLink link = await Services.Connections.ConnectAsync(run.InstanceId, KeyPath, null, stop);
                IReadOnlyList<VastRunCheckpoint> found = await CheckpointFlow.FindAsync(link, run.RunId, run.InstanceId, path, stop);
                foreach (VastRunCheckpoint checkpoint in found)
                {
                    lane.Write(checkpoint);
                }

                if (found.Count == 0)
                {
                    lane.Warn(Texts.NothingSaved(run.Name, path));
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
