namespace VastPS.Kernel.Shell;

internal static partial class Texts
{
    public static string SimulatorOn(string address, string loginUser, bool hasBoxes, string? whyNoBoxes) => hasBoxes
        ? $"This process now talks to a simulator at {address} and to nothing else. Its boxes are sshd processes on this computer: "
            + $"commands on them run here, as {loginUser}."
        : $"This process now talks to a simulator at {address} and to nothing else. It has no boxes, so nothing can be done over ssh: "
            + $"{whyNoBoxes}";

    public const string SimulatorOff =
        "The simulator and its boxes are gone. This process does nothing that costs money until you type Connect-VastAccount.";
}
