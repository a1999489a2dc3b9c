namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string KeyTakesSeconds = "The box may take some seconds to accept the key.";

    public const string PassphraseMustBeSecure =
        "The passphrase must not be plain text: it would stay in the history. Next: -Passphrase (Read-Host -AsSecureString)";

    public static string Unlocked(string key) => $"Unlocked for this runspace: {key}";

    public static string KeyHolder(long? instanceId) =>
        instanceId is { } id ? FormattableString.Invariant($"instance {id}") : "the account";

    public static string KeyThere(VastSshKey key) =>
        $"{key.Fingerprint} is already registered with {KeyHolder(key.InstanceId)}; nothing was added.";

    public static string AddKeyAction(long? instanceId) => $"Register with {KeyHolder(instanceId)}";

    public static string MakeKeyAction(long? instanceId) => $"Make an ed25519 key pair and register it with {KeyHolder(instanceId)}";

    public static string RemoveKeyAction(long? instanceId) => $"Remove from {KeyHolder(instanceId)}";

    public static string LastKey(VastSshKey key, IReadOnlyList<long> instances) =>
        $"{key.Fingerprint} is the last key of {KeyHolder(key.InstanceId)} that this computer can use. Without it, this computer "
        + $"may no longer be able to log in to {string.Join(", ", instances)}. Add another first: Add-VastSshKey -Generate";
}
