namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>The state of an instance: the server's word, or that it has none yet.</summary>
    /// <param name="state">A <see cref="VastInstanceState"/>, or what a job or a file made of it.</param>
    /// <param name="text">The server's word.</param>
    public static string State(object? state, string? text) =>
        VastInstance.Word(Enum.TryParse($"{state}", out VastInstanceState known) ? known : VastInstanceState.Unknown, text ?? "");

    /// <summary>GPUs of an instance; those of the simulator are marked.</summary>
    public static string InstanceGpus(int? count, string? name, bool? isSimulated) =>
        (isSimulated == true ? "sim. " : "") + GpusAsTold(count, name);

    /// <summary>Which meters run: "GPU+disk", "GPU?+disk" where the GPU may be charged, "disk" or nothing.</summary>
    public static string Meters(VastMeters meters) => meters switch
    {
        VastMeters.None => "",
        VastMeters.Disk => "disk",
        _ when meters.HasFlag(VastMeters.MaybeGpu) => "GPU?+disk",
        _ => "GPU+disk",
    };

    /// <summary>Ssh addresses, the first to try first.</summary>
    public static string Addresses(VastInstance instance) => string.Join(", ", instance.SshAddresses);
}
