using VastPS.Basics;

namespace VastPS.Features.Instances;

/// <summary>What the state of a starting instance says about its future.</summary>
internal static class BootRule
{
    // What a list or a host says late; a stop or a start takes a moment to show.
    private static readonly TimeSpan s_lag = TimeSpan.FromSeconds(3);

    // A container that is seen exited after it was seen up. A restart of the host passes through the same.
    private static readonly TimeSpan s_endedLimit = TimeSpan.FromMinutes(2);

    // After a start the server goes on saying exited for seconds to minutes (vast-api.md 17).
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(10);

    // A host may come back.
    private static readonly TimeSpan s_silenceLimit = TimeSpan.FromMinutes(5);

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
    ];

    private static readonly string[] s_image = ["manifest unknown", "manifest for", "unauthorized", "pull access denied"];

    // The engine says so also of what it tries again, such as a time-out of the registry.
    private const string DaemonError = "Error response from daemon";

    /// <summary>Why this instance will not come up, or null while it still may.</summary>
    /// <param name="seen">As just read.</param>
    /// <param name="lasting">How long it has been seen like this without a break.</param>
    /// <param name="wasUp">True where it was seen to load or to run before.</param>
    public static string? FatalCause(VastInstance seen, TimeSpan lasting, bool wasUp) => seen.State switch
    {
        // Who stopped it is another question: HaltRule.
        _ when seen.IsHalted => lasting < s_lag ? null : "it is stopped",

        // What is said while it runs, or of a start that does not show yet, is of another time.
        VastInstanceState.Running => null,
        VastInstanceState.Starting or VastInstanceState.Exited => seen.ContractState != "running" ? null
            : wasUp && lasting >= s_endedLimit ? $"its container ended, and has not run again for {Duration.Format(s_endedLimit)}"
            : lasting >= s_startLimit ? $"its container has not begun to start in {Duration.Format(s_startLimit)}"
            : null,
        _ when Fatal(seen.StatusMessage) is { } cause => cause,
        _ when lasting >= s_silenceLimit && seen.StatusMessage.Contains(DaemonError, StringComparison.OrdinalIgnoreCase) =>
            $"the host's container engine has refused for {Duration.Format(s_silenceLimit)}",
        VastInstanceState.Offline when lasting >= s_silenceLimit => $"the host has been offline for {Duration.Format(s_silenceLimit)}",
        VastInstanceState.NoHeartbeat when lasting >= s_silenceLimit =>
            $"the host has sent no sign of life for {Duration.Format(s_silenceLimit)}",
        _ => null,
    };

    /// <summary>What to do about a boot that failed: another image where the image is at fault, else another host.</summary>
    public static string Next(VastInstance seen) => FormattableString.Invariant($"Remove-VastInstance -InstanceId {seen.InstanceId}, then ")
        + (s_image.Any(sign => seen.StatusMessage.Contains(sign, StringComparison.OrdinalIgnoreCase))
            ? "New-VastInstance with an -Image that exists and that this host may pull"
            : "Get-VastOffer, and take another machine");

    private static string? Fatal(string message) =>
        s_fatal.Where(f => message.Contains(f.Sign, StringComparison.OrdinalIgnoreCase)).Select(f => f.Cause).FirstOrDefault();
}
