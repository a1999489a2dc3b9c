using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Removes public keys from the account or from an instance. The private keys stay where they are.</summary>
[Cmdlet(VerbsCommon.Remove, Nouns.SshKey, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = Nouns.Help + "Remove-VastSshKey")]
[OutputType(typeof(void))]
public sealed class RemoveVastSshKeyCommand : VastCmdlet
{
    [Parameter(HelpMessage = Texts.AskSshKeyId, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, long.MaxValue)]
    [Needed("Get-VastSshKey   then -SshKeyId <id>")]
    [ArgumentCompleter(typeof(SshKeyIdCompleter))]
    public long[] SshKeyId { get; set; } = [];

    // No range: keys of the account come through the pipeline with none.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform(TakesNothing = true)]
    public long? InstanceId { get; set; }

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        foreach (long id in SshKeyId)
        {
            // Read anew each time: what is the last key changes with each one that goes.
            IReadOnlyList<VastSshKey> keys = await Services.Registry.ReadAsync(InstanceId, stop);
            if (keys.FirstOrDefault(k => k.SshKeyId == id) is not { } key)
            {
                lane.Error(new VastException(VastReason.SshKeyNotFound, id));
                continue;
            }

            IReadOnlyList<long> closed = await Services.Registry.ClosedWithoutAsync(key, keys, stop);
            if (closed.Count > 0)
            {
                lane.Warn(Texts.LastKey(key, closed));
            }

            if (await lane.ConfirmAsync(key.ToString(), Texts.RemoveKeyAction(InstanceId)))
            {
                await Services.Registry.RemoveAsync(id, InstanceId, stop);
            }
        }
    }
}
