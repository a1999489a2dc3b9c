using System.Globalization;
using System.Management.Automation;
using VastPS.Basics;

namespace VastPS.Commands;

/// <summary>
/// The error catalogue: for every reason its category, its sentence and the next thing to type.
/// In sentence and next step {0} is the thing the user gave, {1} and on are the facts of the exception.
/// </summary>
internal static partial class VastErrors
{
    /// <summary>One entry of the catalogue.</summary>
    internal sealed record Entry(ErrorCategory Category, string Sentence, string Next);

    /// <summary>The catalogue, by reason.</summary>
    internal static IReadOnlyDictionary<VastReason, Entry> Catalogue { get; } = new Dictionary<VastReason, Entry>
    {
        [VastReason.InvalidValue] = new(ErrorCategory.InvalidArgument,
            "{0} cannot be used for {1}: {2}.", "{3}"),
        [VastReason.NeedsConfirmation] = new(ErrorCategory.InvalidOperation,
            "{0} asks before it acts, and nobody can answer here.", "{0} ... -Confirm:$false"),
        [VastReason.HostAddressInvalid] = new(ErrorCategory.InvalidData,
            "{0} is no address for ssh: {1}. Nothing was opened.", "Get-VastInstance"),
        [VastReason.PublicKeyInvalid] = new(ErrorCategory.InvalidArgument,
            "'{0}' is not a public key: {1}.", "Get-Content ~/.ssh/id_ed25519.pub"),
        [VastReason.KeyFileMissing] = new(ErrorCategory.ObjectNotFound,
            "There is no private ssh key at {0}.", "ssh-keygen -t ed25519 -f {1}"),
        [VastReason.KeyFileUnreadable] = new(ErrorCategory.ReadError,
            "The private key file {0} cannot be read: {1}.", "ls -ld {0}"),
        [VastReason.KeyFileEncrypted] = new(ErrorCategory.SecurityError,
            "The private key {0} is protected by a passphrase, and there is nobody to ask for it.", "ssh-keygen -t ed25519 -f {0}-vast -N '' (and use -KeyPath {0}-vast)"),
        [VastReason.KeyFileNotPrivate] = new(ErrorCategory.InvalidArgument,
            "{0} is a public key; the private one is wanted.", "use -KeyPath {1}"),
        [VastReason.KeyFileInvalid] = new(ErrorCategory.InvalidArgument,
            "{0} is not a private key that can be used: {1}.", "ssh-keygen -y -f {0}"),
        [VastReason.SshNoAddress] = new(ErrorCategory.ResourceUnavailable,
            "Instance {0} has no ssh address yet; it gets one when it runs.", "Wait-VastInstance -InstanceId {0}"),
        [VastReason.SshRefused] = new(ErrorCategory.ConnectionError,
            "Instance {0} cannot be reached by ssh: {1}.", "Wait-VastInstance -InstanceId {0}"),
        [VastReason.SshUnreachable] = new(ErrorCategory.ConnectionError,
            "Instance {0} cannot be reached by ssh: {1}.", "Get-VastInstance -InstanceId {0}"),
        [VastReason.SshTimeout] = new(ErrorCategory.OperationTimeout,
            "Instance {0} does not answer by ssh: {1}.", "Wait-VastInstance -InstanceId {0}"),
        [VastReason.SshHandshakeFailed] = new(ErrorCategory.ProtocolError,
            "Instance {0} gives no ssh connection: {1}.", "Wait-VastInstance -InstanceId {0}"),
        [VastReason.SshAuthFailed] = new(ErrorCategory.AuthenticationError,
            "Instance {0} accepts none of your keys: {1}. Offered: {2}.", "Add-VastSshKey -Path '{3}.pub' -InstanceId {0}"),
        [VastReason.SshHostKeyChanged] = new(ErrorCategory.SecurityError,
            "The host key of instance {0} at {1} has changed: it was {2} and is now {3}. Either the box was built anew, or somebody else answers in its place. Nothing was sent.",
            "Remove-VastInstance -InstanceId {0} (or, if you know why it changed, delete its line in {4})"),
        [VastReason.SshLinkLost] = new(ErrorCategory.ConnectionError,
            "The connection to instance {0} at {1} broke while a command ran ({2}). {3}", "Get-VastInstance -InstanceId {0}"),
        [VastReason.SshCommandTimeout] = new(ErrorCategory.OperationTimeout,
            "The command on instance {0} was ended because it ran longer than {1}.", "use a longer -Timeout"),
        [VastReason.StateNotUsable] = new(ErrorCategory.ResourceUnavailable,
            "{0} cannot be read or written: {1}", "$env:VASTPS_STATE = '<a folder of your own>'"),
    };

    /// <summary>The record the engine shows for an exception of ours.</summary>
    public static ErrorRecord Record(VastException error)
    {
        Entry entry = Catalogue[error.Reason];
        string next = Fill(entry.Next, error);
        error.Say(next.Length == 0 ? Fill(entry.Sentence, error) : $"{Fill(entry.Sentence, error)} Next: {next}");
        return new ErrorRecord(error, error.ErrorId, entry.Category, error.Target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = next },
        };
    }

    private static string Fill(string format, VastException error)
    {
        object?[] values = [error.Target, .. error.Facts, "", "", "", "", ""];
        return Redactor.Clean(string.Format(CultureInfo.InvariantCulture, format, values).Trim());
    }
}
