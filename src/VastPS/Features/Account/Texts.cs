namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public const string SaveKeyAction = "Save the key for this and the official client, readable by you only";

    public const string KeyMustBeSecure =
        "The key must not be plain text: it would stay in the history. Next: Connect-VastAccount -ApiKey (Read-Host -AsSecureString)";

    public const string ValueMustBeSecure =
        "The value must not be plain text: it would stay in the history. Next: Set-VastEnvironmentVariable <name> (Read-Host -AsSecureString)";

    public const string ValueMustBeText = "The value of a variable is a text.";

    public const string AddVariableAction = "Add to the account; every new instance gets it, and whoever owns its machine can read it";

    public const string ChangeVariableAction = "Give it another value; every new instance gets it, and whoever owns its machine can read it";

    public const string RemoveVariableAction = "Remove from the account; instances that have it keep it";

    public static string ConnectedWith(string origin) => $"Connect-VastAccount, from {origin}";
}
