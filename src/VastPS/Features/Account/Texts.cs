namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string SaveKeyAction = "Save the key for this and the official client, readable by you only";

    public const string KeyMustBeSecure =
        "The key must not be plain text: it would stay in the history. Next: Connect-VastAccount -ApiKey (Read-Host -AsSecureString)";

    public static string ConnectedWith(string origin) => $"Connect-VastAccount, from {origin}";
}
