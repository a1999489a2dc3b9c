namespace VastPS.Simulator.Instances;

/// <summary>The text a host reports about a container.</summary>
internal static class InstanceMessage
{
    private static readonly string[] s_pull =
        ["Pulling fs layer", "Verifying Checksum", "Download complete", "Pull complete"];

    public static string? Of(SimInstance instance, SimState state) => instance.Life.Phase switch
    {
        Phase.Provisioning => null,
        Phase.Created =>
            "Error response from daemon: failed to create task for container: OCI runtime create failed: nvidia-container-cli: "
            + "requirement error: unsatisfied condition: cuda>=13.1, please update your driver",
        Phase.Loading when state.Faults.IsOn(SimFault.PullLimit) =>
            "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.",
        Phase.Loading => Pull(instance, state),
        Phase.Running => $"success, running {instance.Image.Replace(':', '_')}/{(instance.IsJupyter ? "jupyter" : "ssh")}",
        Phase.Offline => "host is offline",
        Phase.Exited => $"container {instance.Image} exited with code 1",
        _ when instance.Life.IsWaiting => "waiting for the GPU",
        _ => $"stopped {instance.Image.Replace(':', '_')}",
    };

    private static string Pull(SimInstance instance, SimState state)
    {
        double done = (state.Clock.Now - instance.Life.Since) / state.Options.BootTime;
        int step = Math.Clamp((int)(done * s_pull.Length), 0, s_pull.Length - 1);
        return $"{instance.Image}: {(instance.Id * 2654435761L) & 0xffffffffffffL:x12}: {s_pull[step]}";
    }
}
