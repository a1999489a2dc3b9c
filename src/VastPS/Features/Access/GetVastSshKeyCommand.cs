using System.Management.Automation;
using VastPS.Features.Access;
using VastPS.Kernel.Shell;

namespace VastPS.Commands;

/// <summary>Shows the public keys of the account or of instances, and where their private halves are.</summary>
[Cmdlet(VerbsCommon.Get, Nouns.SshKey, DefaultParameterSetName = OfAccount, HelpUri = Nouns.Help + "Get-VastSshKey")]
[OutputType(typeof(VastSshKey))]
public sealed class GetVastSshKeyCommand : VastCmdlet
{
    private const string OfAccount = "OfAccount";
    private const string ByInstance = "ByInstance";

    [Parameter(Mandatory = true, HelpMessage = Texts.AskInstanceId, ValueFromPipelineByPropertyName = true, ParameterSetName = ByInstance)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [InstanceTransform]
    public long? InstanceId { get; set; }

    [Parameter(Position = 0)]
    [ValidateRange(1, long.MaxValue)]
    [ArgumentCompleter(typeof(SshKeyIdCompleter))]
    public long[] SshKeyId { get; set; } = [];

    private protected override async Task RunAsync(ILane lane, CancellationToken stop)
    {
        IReadOnlyList<VastSshKey> keys = await Services.Registry.ReadAsync(InstanceId, stop);
        foreach (VastSshKey key in keys.Where(k => SshKeyId.Length == 0 || (k.SshKeyId is { } id && SshKeyId.Contains(id))))
        {
            lane.Write(key);
        }

        foreach (long id in SshKeyId.Where(id => keys.All(k => k.SshKeyId != id)))
        {
            lane.Error(new VastException(VastReason.SshKeyNotFound, id));
        }
    }
}
