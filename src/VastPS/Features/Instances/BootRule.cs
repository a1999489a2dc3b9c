namespace VastPS.Features.Instances;

/// <summary>What the state of a starting instance says about its future.</summary>
internal static class BootRule
{
    // Status texts after which an instance never comes up by itself (vast-api.md 5.1), with the cause in plain words.
    private static readonly (string Sign, string Cause)[] s_fatal =
    [
        ("OCI runtime create failed", "the container cannot start on this host; often the image wants a newer CUDA than the driver has"),
        ("toomanyrequests", "the registry limits pulls from this host"),
        ("pull rate limit", "the registry limits pulls from this host"),
        ("manifest unknown", "the image or its tag does not exist"),
        ("manifest for", "the image or its tag does not exist"),
        ("unauthorized", "the registry refuses the image: it is private or misspelt"),
        ("pull access denied", "the registry refuses the image: it is private or misspelt"),
        ("no space left on device", "the host's disk is full"),
        ("Error response from daemon", "the host's container engine refused"),
    ];

    /// <summary>Why this instance will not come up, or null while it still may.</summary>
    public static string? FatalCause(VastInstance instance)
    {
        foreach ((string sign, string cause) in s_fatal)
        {
            if (instance.StatusMessage.Contains(sign, StringComparison.OrdinalIgnoreCase))
            {
                return cause;
            }
        }

        return instance.State switch
        {
            VastInstanceState.Exited => "the container's main process ended",
            VastInstanceState.Offline => "the host is offline",
            VastInstanceState.NoHeartbeat => "the host sends no sign of life",
            _ when instance.ContractState == "stopped" && instance.IntendedState == "stopped" =>
                "it was stopped: outbid, out of credit, or the contract ended",
            _ => null,
        };
    }
}
