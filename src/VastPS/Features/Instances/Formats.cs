namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>The state of an instance: the server's word, or that it has none yet.</summary>
    public static string State(VastInstance instance) => instance.StateWord;

    /// <summary>Which meters run: "GPU+disk", "disk" or nothing.</summary>
    public static string Meters(VastMeters meters) => meters switch
    {
        VastMeters.None => "",
        VastMeters.Disk => "disk",
        _ => "GPU+disk",
    };

    /// <summary>Ssh addresses, the first to try first.</summary>
    public static string Addresses(VastInstance instance) => string.Join(", ", instance.SshAddresses);
}
