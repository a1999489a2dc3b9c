namespace VastPS.Internal;

public static partial class _Format
{
    /// <summary>How a run ended, or whether it goes on.</summary>
    public static string RunState(VastRun run) => run.Outcome?.ToString() ?? run.State.ToString();

    /// <summary>Bytes in KB of 1000, as a log grows.</summary>
    public static string KiloBytes(long? bytes) => bytes is { } b ? FormattableString.Invariant($"{b / 1000.0:0.0}") : "";

    /// <summary>GiB as cards are compared; the megabyte that an idle card reports is no use.</summary>
    public static string PeakVram(double? gib) => gib is { } g ? FormattableString.Invariant($"{g:0.0}") : "";
}
