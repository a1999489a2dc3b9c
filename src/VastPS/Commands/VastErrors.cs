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

        [VastReason.ApiKeyMissing] = new(ErrorCategory.AuthenticationError,
            "There is no API key: none was given, no account is connected, VAST_API_KEY is not set and {0} does not exist.",
            "Connect-VastAccount -ApiKey (Read-Host -AsSecureString)"),
        [VastReason.ApiKeyMalformed] = new(ErrorCategory.InvalidArgument,
            "The API key from {0} cannot be one: {1}.", "Connect-VastAccount -ApiKey (Read-Host -AsSecureString)"),
        [VastReason.ApiAddressInvalid] = new(ErrorCategory.InvalidArgument,
            "The address '{0}' from {1} cannot be used: {2}.", "Connect-VastAccount -Uri https://console.vast.ai"),
        [VastReason.ApiPairMismatch] = new(ErrorCategory.SecurityError,
            "The key from {1} is not sent to {0}: {2}.", "{3}"),
        [VastReason.ApiUnauthorized] = new(ErrorCategory.AuthenticationError,
            "{3} does not accept the key {0} from {1}: {2}", "Connect-VastAccount -ApiKey (Read-Host -AsSecureString)"),
        [VastReason.ApiTwoFactor] = new(ErrorCategory.AuthenticationError,
            "{0} needs a valid two-factor session: {1}", "log in with the official client (vastai tfa login), then run the command again"),
        [VastReason.ApiForbidden] = new(ErrorCategory.PermissionDenied,
            "The key {1} from {2} may not use {0}: {3}", "Connect-VastAccount with a key that has this permission"),
        [VastReason.ApiInvalidArgs] = new(ErrorCategory.InvalidArgument,
            "The server does not accept the arguments of {0}: {1}", "correct the value that the server names"),
        [VastReason.ApiRefused] = new(ErrorCategory.InvalidOperation,
            "The server refused {0}: {1}", "Get-VastInstance, to see what is there"),
        [VastReason.InstanceNotFound] = new(ErrorCategory.ObjectNotFound,
            "There is no instance {0}.", "Get-VastInstance"),
        [VastReason.OfferGone] = new(ErrorCategory.ResourceUnavailable,
            "Offer {0} is not available any more. {1}", "Get-VastOffer, and take another"),
        [VastReason.SshKeyNotFound] = new(ErrorCategory.ObjectNotFound,
            "There is no ssh key {0}.", "look at https://cloud.vast.ai/manage-keys/"),
        [VastReason.InsufficientCredit] = new(ErrorCategory.LimitsExceeded,
            "The credit is not enough for {0}: {1}", "Get-VastAccount, then add credit at https://cloud.vast.ai/billing/"),
        [VastReason.SpendRateLimited] = new(ErrorCategory.LimitsExceeded,
            "The account may not spend more per hour yet, so {0} was refused: {1}", "Get-VastInstance, and remove what is not needed"),
        [VastReason.ApiRateLimited] = new(ErrorCategory.LimitsExceeded,
            "Requests to {0} came too fast; the server wants {1} s between them: {2}", "wait {1} s, then run the command again"),
        [VastReason.ApiGateway] = new(ErrorCategory.ConnectionError,
            "{0} was answered by a gateway with status {1}: {2}", "run the command again in a minute; https://status.vast.ai shows outages"),
        [VastReason.ApiServerError] = new(ErrorCategory.ConnectionError,
            "The server failed at {0} with status {1}: {2}", "run the command again in a minute; https://status.vast.ai shows outages"),
        [VastReason.ApiUnreadable] = new(ErrorCategory.InvalidData,
            "The answer of {0} cannot be read: {1}.", "run the command again; if it stays, update VastPS"),
        [VastReason.ApiUnreachable] = new(ErrorCategory.ConnectionError,
            "{0} cannot be reached for {1}: {2}", "check the network and the address (Get-VastAccount), then run the command again"),
        [VastReason.ApiTimeout] = new(ErrorCategory.OperationTimeout,
            "{0} did not answer {1} in time.", "run the command again in a minute"),
        [VastReason.ApiRedirected] = new(ErrorCategory.SecurityError,
            "{0} sent the request on to '{1}', and a key follows no redirect.", "Connect-VastAccount -Uri with the address that answers itself"),
        [VastReason.LogNotReady] = new(ErrorCategory.ResourceUnavailable,
            "The log of instance {0} did not come: {1}", "run the command again in some seconds"),
        [VastReason.QueryInvalid] = new(ErrorCategory.InvalidArgument,
            "The offer query is wrong at '{0}' (position {1}): {2}.", "write it as: Get-VastOffer -Query 'num_gpus=1 gpu_ram>=24 dph<0.5'"),
        [VastReason.GpuNameUnknown] = new(ErrorCategory.ObjectNotFound,
            "Vast has no GPU named '{0}'. Near: {1}.", "Get-VastOffer -GpuName '{2}'"),
        [VastReason.SimulatorRuns] = new(ErrorCategory.SecurityError,
            "The simulator runs in this process: {0} is not used while it does.", "Stop-VastSimulator"),
        [VastReason.SimulatorGone] = new(ErrorCategory.InvalidOperation,
            "The simulator of this process has stopped, so {0} is refused: it could rent for real.", "Connect-VastAccount   or   Start-VastSimulator"),

        [VastReason.DiskTooSmall] = new(ErrorCategory.InvalidArgument,
            "Offer {0} has {1} GB of disk, {2} GB are wanted.",
            "Get-VastOffer -MinDiskGB {2}"),
        [VastReason.ContractTooShort] = new(ErrorCategory.InvalidArgument,
            "Offer {0} ends in {1}, too soon for a run of {2}.",
            "Get-VastOffer -MinRemaining {2}"),
        [VastReason.BidTooLow] = new(ErrorCategory.InvalidArgument,
            "The bid of {1} USD/h on offer {0} would lose: the lowest that wins is {2} USD/h.",
            "New-VastInstance -OfferId {0} -BidPerHour {2}"),
        [VastReason.PriceRose] = new(ErrorCategory.InvalidResult,
            "The price of offer {0} rose from {1:0.0000} to {2:0.0000} USD/h, more than the tolerance of {3:P0}.",
            "Get-VastOffer -OfferId {0}"),
        [VastReason.NoMatchingKey] = new(ErrorCategory.AuthenticationError,
            "None of the ssh keys on this computer ({0}) is among the {1} registered with the account, so the box could not be entered.",
            "ssh-keygen -t ed25519, then add the .pub file at https://cloud.vast.ai/manage-keys/"),
        [VastReason.CreateUncertain] = new(ErrorCategory.ConnectionError,
            "The answer to renting offer {0} was lost, and no instance with the label {1} is listed: {2} It was not tried again.",
            "Get-VastInstance -Label '{1}'"),
        [VastReason.CreateLeftGhost] = new(ErrorCategory.InvalidResult,
            "Renting offer {0} failed and left instance {1} behind, which was removed: {2}",
            "Get-VastOffer, and take another"),
        [VastReason.CreatedButGone] = new(ErrorCategory.InvalidResult,
            "Instance {0} was created and is not listed.",
            "Get-VastInstance -Label '{1}'"),
        [VastReason.RentingBroken] = new(ErrorCategory.InvalidResult,
            "Renting broke off at offer {0}; rented before and still running: {1}. {2}",
            "Remove-VastInstance -InstanceId {1}"),
        [VastReason.InstanceWillNotRun] = new(ErrorCategory.ResourceUnavailable,
            "Instance {0} will not run: {1} (status '{2}'). It costs {3:0.0000} USD/h.",
            "Remove-VastInstance -InstanceId {0}"),
        [VastReason.InstanceNoSsh] = new(ErrorCategory.ConnectionError,
            "Instance {0} runs for {1} and does not answer over ssh: {2} It costs {3:0.0000} USD/h.",
            "Remove-VastInstance -InstanceId {0}"),
        [VastReason.WaitTimedOut] = new(ErrorCategory.OperationTimeout,
            "Instance {0} was not there after {1}: it is {2}, status '{3}'. It costs {4:0.0000} USD/h.",
            "Wait-VastInstance -InstanceId {0} -Timeout 30m   or   Remove-VastInstance -InstanceId {0}"),
        [VastReason.DestroyNotConfirmed] = new(ErrorCategory.InvalidResult,
            "Instance {0} was to be removed and is still listed as {2} after {1}. It may still cost {3:0.0000} USD/h.",
            "Remove-VastInstance -InstanceId {0}   or   https://cloud.vast.ai/instances/"),
        [VastReason.StopNotConfirmed] = new(ErrorCategory.InvalidResult,
            "Instance {0} was to be stopped and is still {2} after {1}. It may still cost {3:0.0000} USD/h.",
            "Get-VastInstance -InstanceId {0}"),
        [VastReason.StartNotConfirmed] = new(ErrorCategory.ResourceUnavailable,
            "Instance {0} got no GPU within {1} (it is {2}); the start was withdrawn.",
            "Start-VastInstance -InstanceId {0}   later, or rent another"),
        [VastReason.InstanceNotRunning] = new(ErrorCategory.InvalidOperation,
            "Instance {0} is {1} and has no ssh address.",
            "Start-VastInstance -InstanceId {0} | Wait-VastInstance"),
        [VastReason.InstanceForeign] = new(ErrorCategory.PermissionDenied,
            "Instance {0} (label '{1}') was not created by VastPS.",
            "Remove-VastInstance -InstanceId {0} -Force"),
        [VastReason.CostUnknown] = new(ErrorCategory.ObjectNotFound,
            "There is no record of instance {0}, here or on the server.",
            "Get-VastCost"),
        [VastReason.SimulatorExists] = new(ErrorCategory.ResourceExists,
            "A simulator already runs in this process, at {0}.",
            "Stop-VastSimulator"),

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
            "Instance {0} accepts none of your keys: {1}. Offered: {2}.", "add {3}.pub at https://cloud.vast.ai/manage-keys/, then rent anew: a box takes the keys that the account has when it is rented"),
        [VastReason.SshHostKeyChanged] = new(ErrorCategory.SecurityError,
            "The host key of instance {0} at {1} has changed: it was {2} and is now {3}. Either the box was built anew, or somebody else answers in its place. Nothing was sent.",
            "Remove-VastInstance -InstanceId {0} (or, if you know why it changed, delete its line in {4})"),
        [VastReason.SshLinkLost] = new(ErrorCategory.ConnectionError,
            "The connection to instance {0} at {1} broke while a command ran ({2}). {3}", "Get-VastInstance -InstanceId {0}"),
        [VastReason.SshCommandTimeout] = new(ErrorCategory.OperationTimeout,
            "The command on instance {0} was ended because it ran longer than {1}.", "use a longer -Timeout"),
        [VastReason.StateNotUsable] = new(ErrorCategory.ResourceUnavailable,
            "{0} cannot be read or written: {1}", "$env:VASTPS_STATE = '<a folder of your own>'"),

        [VastReason.ModelUnknown] = new(ErrorCategory.ObjectNotFound,
            "The catalogue has no model '{0}'; near it are {1}.", "New-VastWorkload -ConfigPath <config.json> -Method LoRA"),
        [VastReason.ModelConfigInvalid] = new(ErrorCategory.InvalidData,
            "{0} does not describe a model that can be estimated: {1}.", "New-VastWorkload -ParameterCount 7e9 -Layers 32 -HiddenSize 4096 -AttentionHeads 32 -VocabSize 32000 -Method LoRA"),
        [VastReason.WorkloadContradicts] = new(ErrorCategory.InvalidArgument,
            "{0} contradicts {1}: {2}.", "Change one of the two: Get-Help New-VastWorkload -Full"),
        [VastReason.WorkloadUnreadable] = new(ErrorCategory.InvalidData,
            "{0} does not hold a workload: {1}.", "New-VastWorkload ... | ConvertTo-Json | Set-Content work.json"),
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
