namespace VastPS.Commands;

internal static partial class Texts
{
    public const string SaveKeyAction = "Save the key for this and the official client, readable by you only";

    public static string ConnectedWith(string origin) => $"Connect-VastAccount, from {origin}";
}
