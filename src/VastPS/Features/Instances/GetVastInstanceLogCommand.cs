using System.Management.Automation;
using VastPS.Basics;
using VastPS.Kernel.Shell;
using VastPS.Kernel.Text;

namespace VastPS.Commands;

/// <summary>Shows the log of a container, or of the host that runs it, as the server has it: no ssh is needed.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.InstanceLog, HelpUri = Nouns.Help + "Get-VastInstanceLog")]
[OutputType(typeof(string))]
public sealed class GetVastInstanceLogCommand : VastCmdlet
{
    // The server's word where no container has been made yet.
    private const string NoContainer = "No such container";

    [Parameter(HelpMessage = Texts.AskInstanceId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    [Needed("-InstanceId (Get-VastInstance).InstanceId")]
    public long[] InstanceId { get; set; } = [];

    [Parameter]
    [ArgumentCompleter(typeof(ExampleCompleter))]
    public int Tail { get; set; } = 1000;

    [Parameter]
    public SwitchParameter Daemon { get; set; }

    private protected override void Begin() => Check.InRange(Tail, 1, 100_000, nameof(Tail));

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (long id in InstanceId)
        {
            try
            {
                string[] lines = [.. TextLines.Of(await Services.Api.GetLogAsync(id, Tail, null, Daemon, stop))];
                if (lines is [var only] && only.Contains(NoContainer, StringComparison.OrdinalIgnoreCase))
                {
                    throw new VastException(VastReason.LogNotReady, id, Texts.NoContainerYet);
                }

                foreach (string line in lines)
                {
                    lane.Write(TerminalText.Clean(line));
                }
            }
            catch (VastException e)
            {
                lane.Error(e);
            }
        }
    }
}
